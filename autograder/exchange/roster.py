"""Who is who: what a learning platform calls a student, and the student's id in the gradebook.

An optional table, ``students.csv`` in the course's folder, has a column ``student_id`` and any of
`NAMES` and `ACCOUNTS`. Whatever stands in these is a name for that student, as long as it is nobody
else's; several are separated by semicolons. So Canvas's gradebook export, or Moodle's grading
worksheet, with a column ``student_id`` added, is such a table.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from autograder.errors import UsageError

_ID = "student_id"
#: Columns with names of a student: our own, Canvas's, Moodle's.
NAMES = (
    *(_ID, "name", "email"),
    *("Student", "SIS User ID", "SIS Login ID"),
    *("Full name", "ID number", "Username", "Email address"),
)
#: Columns with the number of a student's account: Canvas's, and Moodle's ("Participant 4711").
ACCOUNTS = ("ID", "Identifier")


class Roster(LoggingConfigurable):
    """The students of the course, from the table and from the gradebook."""

    table = Unicode(
        "students.csv", help="CSV file in the course's folder: student_id, and other names."
    ).tag(config=True)

    @cached_property
    def rows(self) -> dict[str, dict[str, str]]:
        """The table's rows by student id; empty where there is no table."""
        path = Path(CourseDirectory(parent=self).root) / self.table
        if not path.exists():
            return {}
        return read_table(path)

    @cached_property
    def _by_name(self) -> dict[str, str | None]:
        """The student with each name; None for a name of two."""
        found: dict[str, str | None] = {}
        for student, name in self._names():
            key = plain_name(name)
            if key:
                found[key] = student if found.get(key, student) == student else None
        return found

    def _names(self) -> Iterator[tuple[str, str]]:
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

    @cached_property
    def accounts(self) -> dict[str, str]:
        """The student of each account by its number; empty where the table has no numbers."""
        found: dict[str, str] = {}
        for student, row in self.rows.items():
            for column in ACCOUNTS:
                number = "".join(filter(str.isdecimal, row.get(column, "")))
                other = found.setdefault(number, student) if number else student
                if other != student:
                    raise UsageError(f"{self.table}: {other} and {student} have one {column}.")
        return found

    def find(self, name: str) -> str | None:
        """The id of the one student who is called so; None if there is none, or more than one."""
        return self._by_name.get(plain_name(name))


def plain_name(name: str) -> str:
    """A name without what platforms change in it: case, spaces, commas, the form of Hangul."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def read_table(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a CSV file by their ``student_id``.

    Raises
    ------
    UsageError
        If it has no such column, or a student twice.
    """
    rows: dict[str, dict[str, str]] = {}
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, restval="")
        if _ID not in (reader.fieldnames or []):
            raise UsageError(f"{path} has no column {_ID!r}; it has: {reader.fieldnames}")
        for row in reader:
            student = row[_ID].strip()
            if student in rows:
                raise UsageError(f"{path}, line {reader.line_num}: {student!r} is there twice")
            if student:  # Canvas's row of points has none
                rows[student] = {key: value.strip() for key, value in row.items() if key}
    return rows
