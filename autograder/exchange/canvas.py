"""``nbgrader export`` into the CSV file that Canvas's gradebook imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Unicode

from autograder.exchange.grades import Grades, by_student, read_grades, tell_left_out
from autograder.exchange.harmless import write_csv
from autograder.exchange.roster import Roster

#: The columns by which Canvas knows a student; the roster may have them, too.
STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


class CanvasExport(ExportPlugin):
    """A row for each student, a column for each assignment; no grade is an empty cell."""

    columns = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="What Canvas calls an assignment: {'lab1_baseline': 'Lab 1 (4711)'}.",
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        target = Path(self.to or "canvas.csv")
        self.log.info("Exporting grades for Canvas to %s", target)
        all_grades = list(read_grades(gradebook, self.assignment, self.student))
        write_csv(target, self._rows(all_grades), mark=False)
        tell_left_out(self.log, all_grades)

    def _rows(self, all_grades: list[Grades]) -> Iterator[list[Any]]:
        roster = Roster(parent=self).rows
        most = {grades.assignment.name: grades.assignment.max_score for grades in all_grades}
        yield [*STUDENT, *(self.columns.get(name, name) for name in most)]
        yield ["    Points Possible", "", "", "", "", *(float(points) for points in most.values())]
        for student, by_name in by_student(all_grades):
            yield [*_who(student, roster), *(by_name[name].final for name in most)]


def _who(student: Any, roster: dict[str, dict[str, str]]) -> list[str]:
    names = [part for part in (student.last_name, student.first_name) if part]
    row = roster.get(student.id, {})
    known = {"Student": ", ".join(names) or student.id, "SIS Login ID": student.id}
    return [row.get(column) or known.get(column, "") for column in STUDENT]
