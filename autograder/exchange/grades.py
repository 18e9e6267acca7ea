"""What the gradebook knows of a student's assignment, as every export needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Gradebook, MissingEntry


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
        return max(0.0, self.raw - self.penalty)

    @property
    def final(self) -> float | None:
        """Points after the penalty; None as long as anything waits."""
        return None if self.waiting else self.so_far


def exercise_name(cell: Any, assignment: Any) -> str:
    """What a graded cell is called: its exercise, with the notebook where there are several."""
    name = str(cell.name).removeprefix("test-")
    return name if len(assignment.notebooks) == 1 else f"{cell.notebook.name}/{name}"


def exercises(assignment: Any) -> dict[str, float]:
    """The most points of each exercise of an assignment, in the notebook's order of names."""
    cells = [cell for notebook in assignment.notebooks for cell in _graded(notebook)]
    named = {exercise_name(cell, assignment): float(cell.max_score) for cell in cells}
    return dict(sorted(named.items()))


def _graded(notebook: Any) -> list[Any]:
    return [*notebook.grade_cells, *notebook.task_cells]


def read_grades(
    gradebook: Gradebook, assignments: Sequence[str] = (), students: Sequence[str] = ()
) -> Iterator[Grades]:
    """The grades of these assignments and students, or of all, by assignment and student."""
    wanted, who = {str(each) for each in assignments}, {str(each) for each in students}
    for assignment in gradebook.assignments:
        if not wanted or assignment.name in wanted:
            for student in gradebook.students:
                if not who or student.id in who:
                    yield _of(gradebook, assignment, student)


def _of(gradebook: Gradebook, assignment: Any, student: Any) -> Grades:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return Grades(assignment, student, waiting="no submission")
    grades = {
        exercise_name(grade.cell, assignment): grade
        for notebook in submission.notebooks
        for grade in notebook.grades
    }
    waits = {name for name, grade in grades.items() if grade.needs_manual_grade}
    return Grades(
        assignment,
        student,
        timestamp=submission.timestamp,
        points={
            name: None if name in waits else float(grades[name].score) for name in sorted(grades)
        },
        by_hand=frozenset(
            name for name, grade in grades.items() if grade.manual_score is not None
        ),
        raw=float(submission.score),
        penalty=float(submission.late_submission_penalty or 0.0),
        waiting=" ".join(sorted(waits)),
    )
