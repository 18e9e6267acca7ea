"""``nbgrader export`` into tables for people: a row per assignment, or a column per exercise.

nbgrader counts a cell without a grade as zero. Here its name stands in the last column, so that
nobody takes such a total for a grade.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.exchange.grades import Grades, by_student, exercises, read_grades
from autograder.exchange.harmless import write_csv

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "waiting",
)


class CsvExport(ExportPlugin):
    """A row for each assignment and student; ``--to``, ``--student``, ``--assignment`` as usual."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        target = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", target)
        grades = read_grades(gradebook, self.assignment, self.student)
        write_csv(target, [COLUMNS, *map(_row, grades)], mark=True)


def _row(grades: Grades) -> tuple[Any, ...]:
    assignment, student = grades.assignment, grades.student
    return (
        assignment.name,
        _text(assignment.duedate),
        _text(grades.timestamp),
        student.id,
        student.last_name,
        student.first_name,
        student.email,
        grades.raw,
        grades.penalty,
        grades.so_far,
        float(assignment.max_score),
        grades.waiting,
    )


def _text(time: Any) -> str | None:
    return None if time is None else str(time)


class ExerciseExport(ExportPlugin):
    """A row for each student, a column for each exercise; what has no grade is an empty cell."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        target = Path(self.to or "exercises.csv")
        self.log.info("Exporting the grades of exercises to %s", target)
        write_csv(target, self._rows(gradebook), mark=True)

    def _rows(self, gradebook: Gradebook) -> Iterator[list[Any]]:
        all_grades = list(read_grades(gradebook, self.assignment, self.student))
        assignments = {grades.assignment.name: grades.assignment for grades in all_grades}
        columns = [(name, each) for name in assignments for each in exercises(assignments[name])]
        yield [
            *("student_id", "last_name", "first_name"),
            *(f"{name} {each} ({exercises(assignments[name])[each]:g})" for name, each in columns),
            *(f"{name} late" for name in assignments),
            *("total", "waiting"),
        ]
        for student, by_name in by_student(all_grades):
            yield [
                *(student.id, student.last_name, student.first_name),
                *(by_name[name].points.get(each) for name, each in columns),
                *(by_name[name].penalty for name in assignments),
                round(sum(grades.so_far for grades in by_name.values()), 6),
                "; ".join(f"{name}: {g.waiting}" for name, g in by_name.items() if g.waiting),
            ]
