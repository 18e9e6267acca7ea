"""What the gradebook knows of a student's assignment, as every export needs it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select


@dataclass(frozen=True)
class Grades:
    """One student's grades for one assignment.

    Attributes
    ----------
    assignment, student
        nbgrader's own entries.
    points : dict of str to (float or None)
        By exercise; None where it has no grade yet.
    by_hand : frozenset of str
        Exercises whose grade a person gave.
    raw, penalty : float
        What there is so far, and what lateness takes from it.
    waiting : str
        Why this is no grade yet: the exercises without one, or ``"no submission"``.
    """

    assignment: Any
    student: Any
    timestamp: Any = None
    points: dict[str, float | None] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()
    raw: float = 0.0
    penalty: float = 0.0
    waiting: str = ""

    @property
    def so_far(self) -> float:
        """Points after the penalty, with 0 for what waits."""
        return round(max(0.0, self.raw - self.penalty), 6)

    @property
    def final(self) -> float | None:
        """Points after the penalty; None as long as anything waits."""
        return None if self.waiting else self.so_far


def exercise_name(cell: str, notebook: str, assignment: Any) -> str:
    """What a graded cell is called: its exercise, with the notebook where there are several."""
    name = cell.removeprefix("test-")
    return name if len(assignment.notebooks) == 1 else f"{notebook}/{name}"


def exercises(assignment: Any) -> dict[str, float]:
    """The most points of each exercise of an assignment, in the notebook's order of names."""
    named = {
        exercise_name(cell.name, notebook.name, assignment): float(cell.max_score)
        for notebook in assignment.notebooks
        for cell in [*notebook.grade_cells, *notebook.task_cells]
    }
    return dict(sorted(named.items()))


def read_grades(
    gradebook: Gradebook, assignments: Sequence[str] = (), students: Sequence[str] = ()
) -> Iterator[Grades]:
    """The grades of these assignments and students, or of all, by assignment and student."""
    wanted, who = {str(each) for each in assignments}, {str(each) for each in students}
    everybody = [student for student in gradebook.students if not who or student.id in who]
    for assignment in gradebook.assignments:
        if not wanted or assignment.name in wanted:
            found = _rows_by_student(gradebook, assignment)
            for student in everybody:
                rows = found.get(student.id)
                if rows is None:
                    yield Grades(assignment, student, waiting="no submission")
                    continue
                try:
                    yield _grades(assignment, student, rows)
                except Exception as error:  # of one submission; the others are exported
                    reason = f"cannot be read ({type(error).__name__}: {error})"
                    yield Grades(assignment, student, waiting=reason)


def by_student(all_grades: Iterable[Grades]) -> Iterator[tuple[Any, dict[str, Grades]]]:
    """Each student, in the order of their ids, with the grades by assignment."""
    found: dict[str, dict[str, Grades]] = {}
    for grades in all_grades:
        found.setdefault(str(grades.student.id), {})[grades.assignment.name] = grades
    for _, named in sorted(found.items()):
        yield next(iter(named.values())).student, named


def tell_left_out(log: logging.Logger, all_grades: Iterable[Grades]) -> None:
    """Say which cells of a table are empty because there is no grade."""
    for grades in all_grades:
        if grades.waiting:
            who, what = grades.student.id, grades.assignment.name
            log.warning("No grade yet: %s, %s: %s", who, what, grades.waiting)


def _rows_by_student(gradebook: Gradebook, assignment: Any) -> dict[str, list[Any]]:
    """Every grade of an assignment, by student, with one question to the database."""
    question = (
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedNotebook.id.label("notebook"),
            SubmittedNotebook.late_submission_penalty.label("penalty"),
            Notebook.name.label("notebook_name"),
            BaseCell.name.label("cell"),
            Grade.auto_score.label("auto"),
            Grade.manual_score.label("manual"),
            Grade.extra_credit.label("extra"),
            Grade.needs_manual_grade.label("waits"),
        )
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .outerjoin(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .outerjoin(BaseCell, BaseCell.id == Grade.cell_id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    found: dict[str, list[Any]] = {}
    for row in gradebook.db.execute(question):
        found.setdefault(row.student_id, []).append(row)
    return found


def _grades(assignment: Any, student: Any, rows: list[Any]) -> Grades:
    graded = [row for row in rows if row.cell is not None]
    points: dict[str, float | None] = {}
    by_hand, raw = set(), 0.0
    for row in graded:
        name = exercise_name(row.cell, row.notebook_name, assignment)
        score = (row.auto if row.manual is None else row.manual) or 0.0
        score = float(score + (row.extra or 0.0))
        raw += score
        points[name] = None if row.waits else score
        if row.manual is not None:
            by_hand.add(name)
    waits = sorted(name for name, score in points.items() if score is None)
    penalties = {row.notebook: row.penalty or 0.0 for row in rows if row.notebook}
    return Grades(
        assignment,
        student,
        timestamp=rows[0].timestamp,
        points=dict(sorted(points.items())),
        by_hand=frozenset(by_hand),
        raw=round(raw, 6),
        penalty=round(float(sum(penalties.values())), 6),
        waiting=" ".join(waits) if points else "nothing graded",
    )
