"""Who is who: what a learning platform calls a student, and the student's id in the gradebook.

An optional table, ``students.csv`` in the course's folder, has a column ``student_id`` and any of
`NAMES` and `ACCOUNTS`. Whatever stands in these is a name for that student; several are separated
by semicolons. So Canvas's gradebook export, or Moodle's grading worksheet, with a column
``student_id`` added, is such a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from autograder.errors import UsageError
from autograder.exchange.people import CANVAS, MOODLE, People
from autograder.exchange.tables import ID, read_lines

#: Columns with names of a student: our own, Canvas's, Moodle's.
NAMES = (
    *(ID, "name", "email"),
    *("Student", "SIS User ID", "SIS Login ID"),
    *("Full name", "ID number", "Username", "Email address"),
)
#: Columns with numbers of accounts.
ACCOUNTS = (CANVAS, MOODLE)


class Roster(LoggingConfigurable):
    """The students of the course, from the table and from the gradebook."""

    table = Unicode(
        "students.csv", help="CSV file in the course's folder: student_id, and other names."
    ).tag(config=True)

    @property
    def path(self) -> Path:
        """Where the table is, if there is one."""
        return Path(CourseDirectory(parent=self).root) / self.table

    @cached_property
    def rows(self) -> dict[str, dict[str, str]]:
        """The table's rows by student id; empty where there is no table."""
        return read_table(self.path) if self.path.exists() else {}

    @cached_property
    def people(self) -> People:
        """The students of the table and of the gradebook."""
        return People(tuple(self._all_names()), self._accounts())

    def _all_names(self) -> Iterator[tuple[str, str]]:
        for student, row in self.rows.items():
            for name in ";".join(row.get(column, "") for column in NAMES).split(";"):
                yield student, name
        course = CourseDirectory(parent=self)
        with Gradebook(course.db_url, course.course_id) as gradebook:
            for student in gradebook.students:
                last, first = student.last_name or "", student.first_name or ""
                names = (student.id, student.email or "", first + last, last + first)
                # One word is no name of one student.
                for name in names if first and last else names[:2]:
                    yield student.id, name

    def _accounts(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for student, row in self.rows.items():
            for column in ACCOUNTS:
                number = "".join(filter(str.isdecimal, row.get(column, "")))
                if number and found.setdefault(column, {}).setdefault(number, student) != student:
                    other = found[column][number]
                    raise UsageError(
                        f"{self.path}: {other} and {student} have one {column}, {number}."
                    )
        return found


def read_table(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a table by their ``student_id``.

    Raises
    ------
    UsageError
        If it has no such column, or a student twice.
    """
    rows: dict[str, dict[str, str]] = {}
    for line in read_lines(path, [ID]):
        student = line.cells[ID]
        if student in rows:
            raise line.error(ID, "is there twice")
        if student:  # Canvas's row of points has none
            rows[student] = line.cells
    return rows
