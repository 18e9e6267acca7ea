"""Prints the matrix of `autograder.checks.matrix`."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from autograder.checks.catalogue import EXERCISES, find_exercise, hidden_sheet
from autograder.checks.matrix import Row, idle_checks, rows


def print_matrix(only: str | None = None) -> int:
    """Print a table for each exercise and the defects; returns 1 if there are any, else 0."""
    console = Console()
    found: list[Row] = []
    for id in [find_exercise(only).id] if only else list(EXERCISES):
        of_exercise = list(rows(hidden_sheet(id)))
        found += of_exercise
        console.print(_table(id, of_exercise))
    idle = [name for name in idle_checks(found) if only is None or name.split()[0] == only]
    defects = [f"{row.exercise} {row.id}: {defect}" for row in found for defect in row.defects]
    defects += [f"{name}: nothing in the tables fails this check" for name in idle]
    mistakes = sum(row.kind == "mistake" for row in found)
    console.print(
        f"{len(found) - mistakes} honest variants, {mistakes} mistakes, {len(defects)} defects"
    )
    for defect in defects:
        console.print(f"  ✗ {defect}", markup=False)
    return 1 if defects else 0


def _table(id: str, found: list[Row]) -> Table:
    exercise = EXERCISES[id]
    table = Table(title=f"{id} {exercise.name}: {exercise.points:g} points", title_justify="left")
    table.add_column("")
    for check in exercise.checks:
        table.add_column(f"{check.id}\n{check.points:g}", justify="center")
    table.add_column("points", justify="right")
    table.add_column("named")
    for row in found:
        mark = "✓" if row.kind == "variant" else "✗"
        cells = ["·" if result.finding else "●" for result in row.report.results]
        named = row.report.mistake.id if row.report.mistake else ""
        style = "red" if row.defects else None
        points = f"{row.report.earned:g}"
        table.add_row(f"{mark} {row.id}", *cells, points, named, style=style)
    return table
