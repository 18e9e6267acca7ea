"""``nbgrader zip_collect`` for the archives of Canvas, Moodle, Blackboard, Classroom and Drive.

`PlatformExtractor` reads the archives and lays each student's files into a folder of its own,
`FolderCollector` tells nbgrader so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import find_all_notebooks

from autograder.exchange.collection import Collection
from autograder.exchange.left_out import LeftOut
from autograder.exchange.roster import Roster
from autograder.exchange.tables import ID, read_lines
from autograder.nearest import nearest
from autograder.terminal import printable
from autograder.timestamps import EXAMPLE, read_time

#: Beside the folder ``archive``: when something was handed in, who an anonymous student is, and
#: what was left out.
TIMES, ANONYMOUS, LEFT_OUT = "times.csv", "anonymous.csv", "left-out.csv"


class PlatformExtractor(ExtractorPlugin):
    """Writes ``extracted/<student>/<notebook>.ipynb``; of several versions the newest."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Read everything in `archive_path`; say what was left out, and why."""
        beside = Path(archive_path).parent
        course = self.parent.coursedir
        released = course.format_path(course.release_directory, ".", course.assignment_id)
        names = [Path(name).stem for name in find_all_notebooks(released)]
        roster = Roster(parent=self)
        # A table that is wrong is said before anything is read.
        people = roster.people
        people = replace(people, anonymous=self._read_anonymous(beside / ANONYMOUS, people.ids))
        times = _times(beside / TIMES)
        left_out = LeftOut(self.log, beside / LEFT_OUT)
        notebooks = names or [course.assignment_id]
        given = Collection(Path(extracted_path), notebooks, people, left_out).read(
            Path(archive_path)
        )
        left_out.end()
        if roster.rows:
            strangers = {claim.student for claim in given if not claim.known}
            self._warn(f"Not in {roster.table}", strangers)
        students = {claim.student for claim in given}
        unknown = set(times) - students - people.ids
        self._warn(f"In {beside / TIMES}, but not in the course", unknown)
        for letters, student in people.anonymous.items():
            if student in students:
                self._tell_of_former(student, f"anon-{letters}")

    def _tell_of_former(self, student: str, former: str) -> None:
        """Say it if what is collected now under a name was collected before without it."""
        course = self.parent.coursedir
        folder = course.format_path(course.submitted_directory, former, course.assignment_id)
        if Path(folder).is_dir():
            self.log.warning(
                "%s was collected as %s before: remove %s, and %s from the gradebook"
                " (nbgrader db student remove %s --force).",
                *(student, former, folder, former, former),
            )

    def _warn(self, what: str, names: Iterable[str]) -> None:
        listed = printable(", ".join(sorted(names)))
        if listed:
            self.log.warning("%s: %s", what, listed)

    def _read_anonymous(self, path: Path, ids: frozenset[str]) -> dict[str, str]:
        """Who is who in an anonymous assignment."""
        found: dict[str, str] = {}
        if not path.exists():
            return found
        for line in read_lines(path, ["anon", ID]):
            letters, student = line.cells["anon"].removeprefix("anon_"), line.cells[ID]
            if letters and student:
                if found.setdefault(letters, student) != student:
                    raise line.error("anon", f"is {found[letters]} already")
                if student not in ids:
                    why = f"is not known in the course.{nearest(student, ids)}"
                    self.log.warning("%s", line.place(ID, why))
        twice = Counter(found.values()) - Counter(set(found.values()))
        self._warn(f"More than once in {path}", twice)
        return found


class FolderCollector(FileNameCollectorPlugin):
    """Takes what `PlatformExtractor` laid out: the student is the folder, the file has its name."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Whose file it is, and when it was handed in, if ``times.csv`` says so."""
        path = Path(submitted_file)
        student = path.parent.name
        found = {"student_id": student, "file_id": path.stem}
        time = _times(path.parents[2] / TIMES).get(student)
        return found | ({"timestamp": time} if time else {})


@cache
def _times(table: Path) -> dict[str, str]:
    """Times by student as nbgrader reads them, read once for a whole class."""
    found: dict[str, str] = {}
    if not table.exists():
        return found
    for line in read_lines(table, [ID, "timestamp"]):
        student, time = line.cells[ID], line.cells["timestamp"]
        if student in found:
            raise line.error(ID, "is there twice")
        if student and time:
            try:
                # nbgrader drops an offset behind a space.
                found[student] = read_time(time).strftime("%Y-%m-%d %H:%M:%S UTC")
            except ValueError:
                why = f"is no time with a zone. Write it like {EXAMPLE}."
                raise line.error("timestamp", why) from None
    return found
