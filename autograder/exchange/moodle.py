"""``nbgrader export`` into a CSV file for Moodle's grade import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.exchange.grades import Grades, by_student, read_grades, tell_left_out
from autograder.exchange.harmless import write_csv
from autograder.exchange.roster import Roster

#: By which of these Moodle finds a student is chosen when the file is imported.
STUDENT = ("ID number", "Username", "Email address", "First name", "Last name")


class MoodleExport(ExportPlugin):
    """A row for each student; for each assignment its points, and what still waits as feedback."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        target = Path(self.to or "moodle.csv")
        self.log.info("Exporting grades for Moodle to %s", target)
        all_grades = list(read_grades(gradebook, self.assignment, self.student))
        write_csv(target, self._rows(all_grades), mark=False)
        tell_left_out(self.log, all_grades)

    def _rows(self, all_grades: list[Grades]) -> Iterator[list[Any]]:
        roster = Roster(parent=self).rows
        names = list(dict.fromkeys(grades.assignment.name for grades in all_grades))
        # Moodle drops the points of an item whose feedback comes without them, so both stand here.
        yield [*STUDENT, *(f"{name}{part}" for name in names for part in ("", " (Feedback)"))]
        for student, by_name in by_student(all_grades):
            cells = [(by_name[name].final, _feedback(by_name[name])) for name in names]
            yield [*_who(student, roster), *(value for pair in cells for value in pair)]


def _feedback(grades: Grades) -> str:
    if not grades.waiting:
        return f"late: -{grades.penalty:g}" if grades.penalty else ""
    if not grades.points:
        return grades.waiting
    return f"not graded yet: {grades.waiting}"


def _who(student: Any, roster: dict[str, dict[str, str]]) -> list[str]:
    row = roster.get(student.id, {})
    known = {
        "ID number": student.id,
        "Username": student.id,
        "Email address": student.email,
        "First name": student.first_name,
        "Last name": student.last_name,
    }
    return [row.get(column) or known[column] or "" for column in STUDENT]
