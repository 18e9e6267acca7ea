"""A whole class: stock nbgrader beside ``autograder grade``, on the same notebooks and checks.

    make bench-class                                      or
    python bench/one_class.py --students 40 --lab lab1_baseline --cluster --large

Prints, in one run on this machine: submissions a minute with each, the time that is not the
students' own computation, and the memory of the coordinating process. With ``--cluster`` also how
well 1, 2 and 4 workers of a Dask cluster are used; with ``--large`` the class then grows by copies,
which are executed once and booked like all others: a regrade of 300 in which nothing changed, and
the memory with ten times the students. At the end what was wanted and what was measured.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from class_runs import (
    STOCK_NAME,
    Run,
    forget,
    forget_grades,
    grade,
    grade_on_cluster,
    grade_with_stock,
    make_course,
)
from made_up_class import hand_in_copies
from rich.console import Console
from rich.table import Table


@dataclass
class Bar:
    """Something that is wanted, and what was measured."""

    text: str
    wanted: str
    measured: float
    bar: float
    higher: bool = False

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.measured >= self.bar if self.higher else self.measured <= self.bar


#: Students of the class that is graded again, and of the one whose memory is looked at.
REGRADED, LARGEST = 300, 400


@click.command()
@click.option("--students", default=40, show_default=True)
@click.option("--lab", default="lab1_baseline", show_default=True)
@click.option("--stock/--no-stock", default=True, show_default=True, help="Time stock nbgrader.")
@click.option("--cluster", is_flag=True, help="Also time 1, 2 and 4 workers of a Dask cluster.")
@click.option("--large", is_flag=True, help=f"Also classes of {REGRADED} and {LARGEST}.")
def main(students: int, lab: str, stock: bool, cluster: bool, large: bool) -> None:
    """Make up a class, grade it in each way, print the tables."""
    os.environ.setdefault("KDLAB_PROFILE", "grading")
    cores = os.cpu_count() or 1
    console, runs = Console(width=100), []

    def add(run: Run) -> None:
        runs.append(run)
        console.print(f"{run.name}, workers: {run.workers}, {run.seconds:.1f} s", highlight=False)

    with tempfile.TemporaryDirectory() as name:
        course = Path(name, "course")
        make_course(course, lab, students)
        if stock:
            add(grade_with_stock(course, lab))
        for number in (1, 2, 4) if cluster else ():
            add(grade_on_cluster(course, lab, number))
        for workers in sorted({1, cores}):
            forget(course, lab)
            add(grade(course, lab, "autograder grade", workers, "--workers", str(workers)))
        console.print(table(runs, students, f"{students} submissions of {lab}, {cores} cores"))
        bars = bars_of(runs, students)
        if large:
            bars += grow(course, lab, students, runs[-1])
    console.print(table_of_bars(bars))


def bars_of(runs: list[Run], students: int) -> list[Bar]:
    """Speed beside stock nbgrader, and what comes on top of the students' own computation."""
    ours = runs[-1]
    found = [Bar("not the students' own, s a submission", "<= 0.5", ours.others(students), 0.5)]
    if runs[0].name == STOCK_NAME:
        times = runs[0].seconds / ours.seconds
        found.append(Bar("times as fast as stock nbgrader", ">= 2.5", times, 2.5, higher=True))
    return found


def grow(course: Path, lab: str, students: int, before: Run) -> list[Bar]:
    """More and more students, who copy: time of a regrade, and memory beside the small class."""
    cores = ("--workers", str(before.workers))

    def book(name: str) -> Run:
        return grade(course, lab, name, before.workers, *cores)

    forget_grades(course)
    few = book("all are booked anew")
    hand_in_copies(course, lab, students, REGRADED)
    book("copies are booked")
    again = book("nothing changed")
    hand_in_copies(course, lab, students, LARGEST)
    book("copies are booked")
    forget_grades(course)
    most = book("all are booked anew")
    grown = 100 * (most.peak / few.peak - 1)
    return [
        Bar(f"s to grade {REGRADED} again, nothing changed", "<= 10", again.seconds, 10),
        Bar(f"% more memory with {LARGEST} than with {students}", "flat", grown, 10),
    ]


def table(runs: list[Run], students: int, title: str) -> Table:
    """The runs side by side."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("way")
    columns = ("workers", "seconds", "a minute", "times faster", "not their own, s each", "MiB")
    for column in columns:
        shown.add_column(column, justify="right")
    for run in runs:
        shown.add_row(
            run.name,
            f"{run.workers}",
            f"{run.seconds:.1f}",
            f"{60 * students / run.seconds:.1f}",
            f"{runs[0].seconds / run.seconds:.2f}",
            f"{run.others(students):.2f}" if run.own else "-",
            f"{run.peak:.0f}" if run.peak else "-",
        )
    return shown


def table_of_bars(bars: list[Bar]) -> Table:
    """What was wanted beside what was measured."""
    shown = Table(title="Bars", title_justify="left")
    for column in ("what", "wanted", "measured", ""):
        shown.add_column(column)
    for bar in bars:
        verdict = "met" if bar.met else "MISSED"
        shown.add_row(bar.text, bar.wanted, f"{bar.measured:.2f}", verdict)
    return shown


if __name__ == "__main__":
    main()
