"""The command ``autograder checks``: prints the matrix of `autograder.checks.matrix`."""

from __future__ import annotations

import sys

import click
import torch
from rich.console import Console
from rich.table import Table

from autograder.checks.consistency import contradictions
from autograder.checks.exercise import Exercise
from autograder.checks.matrix import Verdict, defects_of, verdicts
from autograder.subject import Subject, find_subject


@click.command()
@click.option("--only", "exercise", help="One exercise, such as 2-2.")
def checks(exercise: str | None) -> None:
    """Print what the checks make of every right way and every named mistake.

    Example: autograder checks --only 2-2
    """
    torch.set_num_threads(1)  # the cases are too small to share out
    sys.exit(print_matrix(find_subject(), exercise))


def print_matrix(subject: Subject, only: str | None = None) -> int:
    """Print a table for each exercise and the defects; returns 1 if there are any, else 0."""
    console = Console()
    defects = list(contradictions(subject))
    chosen = [subject.find(only)] if only else list(subject.exercises())
    found: list[Verdict] = []
    for exercise in [each for each in chosen if isinstance(each, Exercise)]:
        of_exercise = list(verdicts(exercise))
        found += of_exercise
        console.print(_table(exercise, of_exercise))
        defects += defects_of(exercise, of_exercise)
    wrong = sum(each.kind == "wrong" for each in found)
    console.print(
        f"{len(found) - wrong} right ways, {wrong} mistakes, {len(defects)} defects"
    )
    for defect in defects:
        console.print(f"  ✗ {defect}", markup=False)
    return 1 if defects else 0


def _table(exercise: Exercise, found: list[Verdict]) -> Table:
    title = f"{exercise.id} {exercise.name}: {exercise.weight:g}"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for check in exercise.checks:
        table.add_column(f"{check.id}\n{check.weight:g}", justify="center")
    table.add_column("earned", justify="right")
    table.add_column("named")
    for each in found:
        mark = "✓" if each.kind == "right" else "✗"
        cells = ["·" if result.finding else "●" for result in each.report.results]
        named = each.report.mistake.id if each.report.mistake else ""
        style = "red" if each.defects else None
        table.add_row(f"{mark} {each.id}", *cells, f"{each.earned:g}", named, style=style)
    return table
