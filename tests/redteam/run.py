"""Grades the red team's class and prints what its submissions get, beside stock nbgrader.

    make redteam                        or
    python tests/redteam/run.py --group bridge --no-stock
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent))

from broken import BROKEN, Broken
from classroom import Classroom, Seat
from course_folder import CELL_LIMIT, environment
from hostile import ATTACKS
from judging import COLUMNS, Outcome, judged, outcomes, totals
from rich.console import Console
from rich.table import Table
from small_lab import Submission
from unusual import UNUSUAL
from watching import Run, together, watch

#: nbgrader as it comes: hidden tests run in the kernel of the submission.
STOCK = """\
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "redteam"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "labs"
c.Execute.timeout = {limit}
"""
BOUND = 1.5  # times an honest class's memory
WIDTH = 170  # columns, so that the table can be read where there is no terminal


@dataclass
class Graded:
    """A class, graded in one way."""

    name: str
    seats: list[Seat]
    run: Run
    outcomes: dict[str, Outcome]

    @property
    def judgements(self) -> dict[str, Counter[str]]:
        """By student."""
        return {s.student: judged(s, self.outcomes[s.student]) for s in self.seats}

    @property
    def totals(self) -> Counter[str]:
        """All of the class."""
        return totals(self.run, self.judgements.values())


def grade(room: Classroom, name: str, *command: str) -> Graded:
    """Grade a class with one command, or with one for each lab where it takes only one."""
    marks = [seat.mark for seat in room.seats]
    runs = [
        watch([sys.executable, "-m", *command, *lab], room.root, environment(room.root), marks)
        for lab in ([[]] if command[0] == "autograder" else [[lab] for lab in room.labs])
    ]
    run = together(runs)
    return Graded(name, list(room.seats), run, outcomes(room, run))


def with_ours(room: Classroom, every: int = 1) -> list[Graded]:
    """``autograder grade``; then ``nbgrader autograde``, which executes a tenth of them itself.

    Parameters
    ----------
    every : int, default 1
        The second command grades only each second, third, … of the class.
    """
    first = grade(room, "autograder grade", "autograder", "grade", "--workers", "2")
    room.thin_out(every)
    room.forget_grades(executed=lambda number: number % 10 == 0)
    return [first, grade(room, "nbgrader autograde", "nbgrader", "autograde")]


def with_stock(room: Classroom) -> Graded:
    """Nbgrader as it comes; what it graded before it stopped is read from its gradebook."""
    config = STOCK.format(root=str(room.root), limit=CELL_LIMIT)
    (room.root / "nbgrader_config.py").write_text(config, "utf-8")
    return grade(room, "stock nbgrader", "nbgrader", "autograde")


def harmful(case: Submission | Broken) -> bool:
    """Whether a case would harm this machine without a sandbox."""
    return isinstance(case, Submission) and case.dangerous


def words(outcome: Outcome | None) -> str:
    """An outcome in a table's cell."""
    if outcome is None:
        return "not run"
    points = " + ".join("?" if p is None else f"{p:g}" for p in outcome.points.values())
    more = [name for name in ("ungraded", "flagged", "leaks") if getattr(outcome, name)]
    return " ".join([points or "never graded", *more])


def table(ways: list[Graded]) -> Table:
    """Every submission of the class, in each way in which it was graded."""
    shown = Table("group", "submission", "kind", "place", "deserves", *(way.name for way in ways))
    for seat in ways[0].seats:
        if seat.case is None:
            continue
        deserved = "ungraded"
        if seat.points is not None:
            deserved = " + ".join(f"{points:g}" for points in seat.points.values())
        got = [words(way.outcomes.get(seat.student)) for way in ways]
        group = getattr(seat.case, "group", "broken")
        shown.add_row(group, seat.name, seat.case.kind, seat.case.place, deserved, *got)
    return shown


def summary(way: Graded, honest: Graded | None) -> str:
    """One line about one way."""
    said = ", ".join(f"{way.totals[column]:g} {column}" for column in COLUMNS)
    line = f"{way.name}: {len(way.seats)} submissions in {way.run.seconds:.0f} s, {said}"
    for role, peak in way.run.peaks.items():
        line += f"; {role} at most {peak:.0f} MiB"
        if honest and role in honest.run.peaks:
            line += f", {peak / honest.run.peaks[role]:.2f} times an honest class's"
    return line


@click.command()
@click.option("--group", help="One group of submissions; without it all.")
@click.option("--stock/--no-stock", default=True, show_default=True, help="Also stock nbgrader.")
def main(group: str | None, stock: bool) -> None:
    """Grade the class; exit status 1 if anything is not as it should be."""
    small = [case for case in (*ATTACKS, *UNUSUAL) if group in (None, case.group)]
    toy = BROKEN if group in (None, "broken") else []
    console = Console(width=max(WIDTH, Console().width))
    with tempfile.TemporaryDirectory(prefix="kdlab-redteam-") as name:
        ways = with_ours(Classroom(Path(name, "ours"), small, toy))
        honest = with_ours(Classroom(Path(name, "honest"), small, toy, honest=True))
        shown = list(ways)
        if stock:
            room = Classroom(Path(name, "stock"), small, toy, absent=harmful)
            shown.append(with_stock(room))
        console.print(table(shown))
        for way in shown:
            beside = {each.name: each for each in honest}.get(way.name)
            console.print(summary(way, beside), highlight=False, soft_wrap=True)
    if stock:
        console.print("(What would harm this machine was not run without a sandbox.)")
    failed = any(any(way.totals.values()) for way in ways)
    grew = any(
        peak > BOUND * beside.run.peaks[role]
        for way, beside in zip(ways, honest, strict=True)
        for role, peak in way.run.peaks.items()
    )
    sys.exit(failed or grew)


if __name__ == "__main__":
    main()
