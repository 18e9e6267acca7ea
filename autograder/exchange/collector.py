"""``nbgrader zip_collect`` for the archives of Canvas, Moodle, Google Classroom and Drive.

`PlatformExtractor` reads the archives and lays each student's files into a folder of its own,
`FolderCollector` tells nbgrader so.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import find_all_notebooks

from autograder import limits
from autograder.errors import UsageError
from autograder.exchange.archives import Entry, Reader
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
        self._older: list[tuple[str, str]] = []
        self._accounts: dict[str, set[str]] = {}
        self._strangers: set[str] = set()
        course = self.parent.coursedir
        released = course.format_path(course.release_directory, ".", course.assignment_id)
        names = [Path(name).stem for name in find_all_notebooks(released)]
        self._notebooks = names or [course.assignment_id]
        self._lines: Counter[str] = Counter()
        self._roster = Roster(parent=self)
        _ = self._roster.accounts  # a table that is wrong is said before anything is read
        for entry in Reader(is_notebook, self._owner, self._left_out).walk(Path(archive_path)):
            claim = self._claim(entry.parts)
            where = "/".join(entry.parts)
            if claim is None:
                self._left_out(where, where, "nothing in its name tells whose it is")
                continue
            try:
                self._take(entry, claim)
            except Exception as error:  # of one student's file
                self._left_out(claim.student, where, f"{error or type(error).__name__}")
        self._end()

    def _claim(self, parts: tuple[str, ...]) -> Claim | None:
        return whose(parts, self._notebooks, self._roster)

    def _owner(self, parts: tuple[str, ...]) -> str:
        claim = self._claim(parts)
        return claim.student if claim else ""

    def _left_out(self, owner: str, where: str, why: str) -> None:
        self._say(logging.ERROR, owner, f"LEFT OUT: {plain(where)}: {plain(why)}")

    def _say(self, level: int, owner: str, text: str) -> None:
        """Log a line; of a student's many, the first ones."""
        self._lines[owner] += 1
        if self._lines[owner] <= limits.STUDENT_LINES:
            self.log.log(level, text)

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
            text = f"{claim.student}, {file.name}: took {newer}, not {older}"
            self._older.append((claim.student, text))
            if newer != where:
                return
        path = self._target / claim.student / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content)
        self._taken[key] = (age, where)

    def _end(self) -> None:
        for student, text in self._older:
            self._say(logging.WARNING, student, f"Handed in more than once: {plain(text)}")
        for student, accounts in sorted(self._accounts.items()):
            if len(accounts - {""}) > 1:
                shutil.rmtree(self._target / student, ignore_errors=True)
                who = f"{student} ({', '.join(sorted(accounts - {''}))})"
                table = self._roster.table
                self._left_out(who, who, f"a name of several people; {table} can tell them apart")
        for owner, lines in self._lines.items():
            if lines > limits.STUDENT_LINES:
                more = lines - limits.STUDENT_LINES
                self.log.error("LEFT OUT: %s: %d more lines like these", plain(owner), more)
        if self._roster.rows and self._strangers:
            self.log.warning("Not in %s: %s", self._roster.table, _listed(self._strangers))


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
