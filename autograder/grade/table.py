"""The table at the end of a run: who got what, those first that a person should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook
from rich.table import Table
from rich.text import Text

from autograder.classrun import Note
from autograder.exchange.grades import read_grades
from autograder.terminal import printable


@dataclass(frozen=True)
class Row:
    """One student's line.

    Attributes
    ----------
    scores : dict of str to (float or None)
        By exercise; None: it waits for a person.
    slow : str
        Where its time went, if it ran into a limit.
    look : bool
        Whether a person should look at it, although it is graded.
    """

    student: str
    scores: dict[str, float | None]
    ungraded: bool
    repaired: bool
    slow: str = ""
    look: bool = False

    @property
    def total(self) -> float:
        """The points so far."""
        return sum(score for score in self.scores.values() if score is not None)


def read_rows(gradebook: Gradebook, lab: str, notes: Iterable[Note]) -> list[Row]:
    """The lines of a lab: ungraded, to look at, repaired or slow, then the others by name."""
    scores = {each.student.id: each.points for each in read_grades(gradebook, [lab]) if each.points}
    about = [note for note in notes if note.assignment == lab]
    ungraded, look, repaired = (
        {note.student for note in about if note.kind == kind}
        for kind in ("UNGRADED", "Look at", "Repaired")
    )
    slow = {note.student: note.text for note in about if note.kind == "Slow"}
    rows = [
        Row(
            student,
            scores.get(student, {}),
            student in ungraded,
            student in repaired,
            slow.get(student, ""),
            student in look,
        )
        for student in sorted(scores.keys() | ungraded)
    ]
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, bool, bool, str]:
    """What needs a person comes first."""
    return not row.ungraded, not row.look, not (row.repaired or row.slow), row.student


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
        remarks = {"ungraded": row.ungraded, "look at": row.look, "repaired": row.repaired}
        told = [name for name, holds in remarks.items() if holds][:1]
        told += [f"slow: {row.slow}"] if row.slow else []
        style = "bold red" if row.ungraded else None
        # Texts, not markup: a name or a cell's first line, as "[/]", is the student's.
        student, remark = Text(printable(row.student)), Text(printable(", ".join(told)))
        table.add_row(student, *cells, f"{row.total:g}", remark, style=style)
    return table


def _shown(score: Any) -> str:
    return "?" if score is None else f"{score:g}"
