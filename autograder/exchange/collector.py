"""``nbgrader zip_collect`` for the archives of Canvas, Moodle, Google Classroom and Drive.

`PlatformExtractor` reads the archives and lays each student's files into a folder of its own,
`FolderCollector` tells nbgrader so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import find_all_notebooks

from autograder.errors import UsageError
from autograder.exchange.archives import Entry, Limits, Reader
from autograder.exchange.names import Claim, is_notebook, named, whose
from autograder.exchange.roster import Roster, read_table
from autograder.repair.changes import plain

#: Submission times, beside the folder ``archive``: columns student_id and timestamp.
TIMES = "times.csv"


class PlatformExtractor(ExtractorPlugin):
    """Writes ``extracted/<student>/<notebook>.ipynb``; of several versions the newest."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Read everything in `archive_path`; say what was left out, and why."""
        self._target = Path(extracted_path)
        self._taken: dict[tuple[str, str], tuple[Any, str]] = {}
        self._older: list[str] = []
        self._accounts: dict[str, set[str]] = {}
        self._strangers: set[str] = set()
        course = self.parent.coursedir
        released = course.format_path(course.release_directory, ".", course.assignment_id)
        names = [Path(name).stem for name in find_all_notebooks(released)]
        self._notebooks = names or [course.assignment_id]
        roster = Roster(parent=self)
        reader = Reader(is_notebook, self._left_out, Limits())
        for entry in reader.walk(Path(archive_path)):
            claim = whose(entry.parts, self._notebooks, roster)
            if claim is None:
                self._left_out("/".join(entry.parts), "nothing in its name tells whose it is")
            else:
                self._take(entry, claim)
        self._end(roster)

    def _left_out(self, where: str, why: str) -> None:
        self.log.error("LEFT OUT: %s: %s", plain(where), plain(why))

    def _take(self, entry: Entry, claim: Claim) -> None:
        """Write a file, unless a newer one of that name was there already."""
        file, where = named(entry.parts[-1], self._notebooks), "/".join(entry.parts)
        age = (file.upload, entry.date, file.copy)
        key = (claim.student, file.name)
        if not claim.known:
            self._strangers.add(claim.student)
            self._accounts.setdefault(claim.student, set()).add(claim.account)
        before = self._taken.get(key)
        if before:
            newer, older = (where, before[1]) if age >= before[0] else (before[1], where)
            self._older.append(f"{claim.student}, {file.name}: took {newer}, not {older}")
            if newer != where:
                return
        self._taken[key] = (age, where)
        path = self._target / claim.student / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content)

    def _end(self, roster: Roster) -> None:
        for text in self._older:
            self.log.warning("Handed in more than once: %s", plain(text))
        for student, accounts in sorted(self._accounts.items()):
            if len(accounts - {""}) > 1:
                shutil.rmtree(self._target / student)
                who = f"{student} ({', '.join(sorted(accounts - {''}))})"
                self._left_out(who, f"a name of several people; {roster.table} can tell them apart")
        if roster.rows and self._strangers:
            self.log.warning("Not in %s: %s", roster.table, _listed(self._strangers))


def _listed(names: Iterable[str]) -> str:
    return plain(", ".join(sorted(names)))


class FolderCollector(FileNameCollectorPlugin):
    """Takes what `PlatformExtractor` laid out: the student is the folder, the file has its name."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Whose file it is, and when it was handed in, if ``times.csv`` says so."""
        path = Path(submitted_file)
        student = path.parent.name
        found = {"student_id": student, "file_id": path.stem}
        times = path.parents[2] / TIMES
        time = _times(times).get(student, {}).get("timestamp")
        return found | ({"timestamp": _utc(time, times)} if time else {})


@cache
def _times(table: Path) -> dict[str, dict[str, str]]:
    """The table's rows by student, read once for a whole class."""
    return read_table(table) if table.exists() else {}


def _utc(time: str, table: Path) -> str:
    """A time with its zone as nbgrader reads it: an offset behind a space it would drop."""
    try:
        when = datetime.fromisoformat(time)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise UsageError(
            f"{table}: {time!r} is no time with a zone. Write it like 2026-03-01 23:59+09:00."
        )
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
