"""The command ``autograder grade``."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograder.errors import INTERRUPTED, UsageError
from autograder.grade.handed_in import has_news, labs_of, misplaced, students_of
from autograder.grade.show import STATES, Show
from autograder.sandbox.host import cores
from autograder.terminal import printable


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
@click.option("--workers", type=click.IntRange(1), help="Default: one for each core.")
@click.option("--scheduler", metavar="ADDRESS", help="A running Dask cluster, tcp://host:8786.")
@click.option("--students", metavar="ID,ID...", help="Grade these alone.")
@click.option("--fresh", is_flag=True, help="Execute again what is stored.")
@click.option("--limit-gpu", type=click.IntRange(1), metavar="N", help="At most N on the GPU.")
def grade(
    labs: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    students: str | None,
    fresh: bool,
    limit_gpu: int | None,
) -> None:
    """Grade what is in submitted/, all labs or those that are named.

    What was executed before is taken from the store, so the command may be interrupted at any time
    and started again. Exit code: 0 all is graded, 1 some submissions need a person, 2 a wrong use
    of the command, 3 the grader had a fault, 130 it was stopped (Ctrl-C).

    Example: autograder grade lab1_baseline --workers 2
    """
    if scheduler and workers:
        raise UsageError("--workers is for this machine; a cluster has its own: leave it out.")
    console = Console()
    found = labs_of(Path.cwd(), labs)
    wanted = students_of(Path.cwd(), found, students)
    busy = fresh or has_news(Path.cwd(), found)
    client = _client(workers, scheduler, limit_gpu, busy)
    sys.exit(_grade(console, found, client, wanted, fresh, start=busy or bool(scheduler)))


def _client(
    workers: int | None, scheduler: str | None, limit_gpu: int | None, busy: bool
) -> AbstractContextManager[Any]:
    """The workers, which start when they are entered."""
    from autograder.grade.workers import cluster_workers, local_workers
    from autograder.sandbox.host import gpu_devices

    if scheduler:
        return cluster_workers(scheduler)
    number = workers or cores()
    if limit_gpu and gpu_devices():
        number = min(number, limit_gpu)
    return local_workers(number, _settings, busy)


def _settings() -> Any:
    """The course's settings for student code."""
    from autograder.course import open_course
    from autograder.sandbox import Sandbox

    return Sandbox(parent=open_course())


def _total_limit() -> float:
    """Seconds that one submission may take at the most."""
    from autograder.course import open_course
    from autograder.execution.stored import ExecuteSubmission

    return float(ExecuteSubmission(parent=open_course()).total_limit)


def _grade(
    console: Console,
    labs: list[str],
    workers: AbstractContextManager[Any],
    wanted: frozenset[str] | None,
    fresh: bool,
    start: bool,
) -> int:
    from autograder.classrun import Order
    from autograder.grade.labs import exit_code, grade
    from autograder.grade.pool import Pool

    show = Show(console)
    try:
        with ExitStack() as stack, show:
            pool = Pool(partial(stack.enter_context, workers))
            show.watch(pool.longest, _total_limit())
            if start:
                pool.start()
            order = Order(pool, show, wanted, fresh)
            rows = grade(Path.cwd(), labs, order)
    except KeyboardInterrupt:
        console.print(show.stopped(), highlight=False)
        return INTERRUPTED
    _tell(console, rows, order, show)
    strays = misplaced(Path.cwd())
    for text in strays:
        console.print(f"NOT GRADED: {text}", markup=False, soft_wrap=True, highlight=False)
    return exit_code(order.notes) or int(bool(strays))


def _tell(console: Console, rows: dict[str, list[Any]], order: Any, show: Show) -> None:
    """The table of each lab, then the notes; what needs a person comes last."""
    from autograder.grade.table import make_table

    for lab, lines in rows.items():
        console.print(make_table(lab, lines))
    for text in order.remarks:
        console.print(text, markup=False, highlight=False)
    for text in order.missing:
        line = printable(f"No submission: {text}")
        console.print(line, markup=False, highlight=False)
    for note in sorted(order.notes, key=lambda note: (note.urgency, note.assignment)):
        line = f"{note.kind}: {note.line}"
        console.print(line, markup=False, soft_wrap=True, highlight=False)
    states = show.states
    counts = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
    console.print(f"Submissions: {counts or 'none'}.", highlight=False)
