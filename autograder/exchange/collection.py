"""What is taken of what was downloaded: of each student the newest, and nothing that may be of two.

Until everything is read nobody knows whether a second person goes by the same name. So files lie
apart by what said whose they are, and are given to students at the end.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.exchange.archives import Entry, Reader
from autograder.exchange.filenames import is_notebook, named
from autograder.exchange.left_out import LeftOut
from autograder.exchange.names import AmbiguousError, Claim, whose
from autograder.exchange.people import People
from autograder.terminal import printable


@dataclass(frozen=True)
class _Taken:
    """A file that was read."""

    claim: Claim
    name: str
    age: tuple[Any, ...]
    where: str
    path: Path


class Collection:
    """The notebooks of a class.

    Parameters
    ----------
    target : Path
        Gets a folder for each student.
    notebooks : sequence of str
        Names of the assignment's notebooks, without ending.
    people : People
        The students of the course.
    left_out : LeftOut
        Is told of everything that is not taken.
    """

    def __init__(
        self, target: Path, notebooks: Sequence[str], people: People, left_out: LeftOut
    ) -> None:
        self.target, self.notebooks, self.people = target, notebooks, people
        self.left_out = left_out
        # By an id without case: ids that differ in nothing else have one folder on macOS.
        self._students: dict[str, dict[tuple[tuple[str, ...], str], _Taken]] = {}
        self._older: list[tuple[str, str]] = []
        self._count = 0

    def read(self, folder: Path) -> list[Claim]:
        """Read what was downloaded into a folder; a claim of each notebook that was taken."""
        with tempfile.TemporaryDirectory(dir=self.target.parent, prefix=".reading-") as apart:
            for entry in Reader(is_notebook, self._owner, self.left_out).walk(folder):
                self._take_if_told(entry, Path(apart))
            given = [one for files in self._students.values() for one in self._give(files)]
        for student, text in self._older:
            line = f"Handed in more than once: {printable(text)}"
            self.left_out.say(logging.WARNING, student, line)
        return given

    def _owner(self, parts: tuple[str, ...]) -> str:
        claim = whose(parts, self.notebooks, self.people)
        return claim.student if claim else ""

    def _take_if_told(self, entry: Entry, apart: Path) -> None:
        where = "/".join(entry.parts)
        try:
            claim = whose(entry.parts, self.notebooks, self.people)
        except AmbiguousError as error:
            self.left_out("", where, str(error))
            return
        if claim is None:
            self.left_out("", where, "nothing in its name tells whose it is")
            return
        try:
            self.take(claim, entry, apart)
        except Exception as error:  # of one student's file
            self.left_out(claim.student, where, f"{error or type(error).__name__}")

    def take(self, claim: Claim, entry: Entry, apart: Path) -> None:
        """Keep a file in the folder `apart`, unless a newer one of the same origin is there."""
        file = named(entry.parts[-1], self.notebooks, claim.reading)
        age, where = (file.upload, entry.date, file.copy), "/".join(entry.parts)
        files = self._students.setdefault(claim.student.casefold(), {})
        key = ((claim.student, *claim.origin), file.name)
        before = files.get(key)
        if before and not self._is_newer(age, where, before):
            return
        self._count += 1
        path = before.path if before else apart / str(self._count)
        path.write_bytes(entry.content)
        files[key] = _Taken(claim, file.name, age, where, path)

    def _is_newer(self, age: tuple[Any, ...], where: str, before: _Taken) -> bool:
        is_newer = age >= before.age
        newer, older = (where, before.where) if is_newer else (before.where, where)
        student = before.claim.student
        self._older.append((student, f"{student}, {before.name}: took {newer}, not {older}"))
        return is_newer

    def _give(self, files: dict[tuple[tuple[str, ...], str], _Taken]) -> list[Claim]:
        """Give a student the files that are surely the student's."""
        taken = list(files.values())
        if doubtful := _doubtful(taken):
            self._tell_of(doubtful, taken)
        newest: dict[tuple[str, str], _Taken] = {}
        for each in taken:
            if each not in doubtful:
                key = (each.claim.student, each.name)
                before = newest.get(key)
                if before is None or self._is_newer(each.age, each.where, before):
                    newest[key] = each
        for each in newest.values():
            folder = self.target / each.claim.student
            folder.mkdir(parents=True, exist_ok=True)
            os.replace(each.path, folder / each.name)
        return [each.claim for each in newest.values()]

    def _tell_of(self, doubtful: list[_Taken], taken: list[_Taken]) -> None:
        student = doubtful[0].claim.student
        origins = sorted({"/".join(each.claim.origin) for each in taken})
        who = f"{student} ({', '.join(origins)})"
        why = "a name of several people; students.csv can tell them apart"
        self.left_out.say(logging.ERROR, student, f"LEFT OUT: {printable(who)}: {why}")
        for each in doubtful:
            self.left_out(student, each.where, f"of one of several people: {who}")


def _doubtful(taken: list[_Taken]) -> list[_Taken]:
    """Those that may be of another person than the others: none, if all have one origin."""
    unsure = [each for each in taken if not each.claim.sure]
    if all(_agree(each.claim, other.claim) for each in unsure for other in taken):
        return []
    return unsure


def _agree(one: Claim, other: Claim) -> bool:
    """Whether two claims, one of which is not sure, are about one person."""
    if one.student != other.student or bool(one.reading) != bool(other.reading):
        return False
    shorter, longer = sorted((one.origin, other.origin), key=len)
    return longer[: len(shorter)] == shorter
