"""The table at the end of a run: who got what, those first that a person should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook
from rich.table import Table

from autograder.classrun import Note
from autograder.exchange.grades import read_grades


@dataclass(frozen=True)
class Row:
    """One student's line.

    Attributes
    ----------
    scores : dict of str to (float or None)
        By exercise; None: it waits for a person.
    """

    student: str
    scores: dict[str, float | None]
    ungraded: bool
    repaired: bool
    look: bool = False

    @property
    def total(self) -> float:
        """The points so far."""
        return sum(score for score in self.scores.values() if score is not None)


def read_rows(gradebook: Gradebook, lab: str, notes: Iterable[Note]) -> list[Row]:
    """The lines of a lab: the ungraded first, those to look at, the repaired, the others."""
    scores = {each.student.id: each.points for each in read_grades(gradebook, [lab]) if each.points}
    about = [note for note in notes if note.assignment == lab]
    ungraded = {note.student for note in about if note.ungraded}
    look = {note.student for note in about if note.look}
    repaired = {note.student for note in about if not note.ungraded and not note.look}
    rows = [
        Row(each, scores.get(each, {}), each in ungraded, each in repaired, each in look)
        for each in sorted(scores.keys() | ungraded)
    ]
    return sorted(rows, key=lambda r: (not r.ungraded, not r.look, not r.repaired, r.student))


def make_table(lab: str, rows: list[Row]) -> Table:
    """The lines as a table for the terminal; ``?`` waits for a person."""
    exercises = sorted({name for row in rows for name in row.scores})
    table = Table(title=lab, title_justify="left")
    table.add_column("student", overflow="fold")
    for name in exercises:
        table.add_column(name, justify="right")
    table.add_column("sum", justify="right")
    table.add_column("")
    for row in rows:
        cells = [_shown(row.scores.get(name)) for name in exercises]
        states = {"ungraded": row.ungraded, "look at": row.look, "repaired": row.repaired}
        remark = next((state for state, holds in states.items() if holds), "")
        style = "bold red" if row.ungraded else None
        table.add_row(row.student, *cells, f"{row.total:g}", remark, style=style)
    return table


def _shown(score: Any) -> str:
    return "?" if score is None else f"{score:g}"
