"""The students of a course by their names and by the numbers of their accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

#: Columns with the number of a student's account: Canvas's, and Moodle's ("Participant 4711").
CANVAS, MOODLE = "ID", "Identifier"


@dataclass(frozen=True)
class People:
    """What is known of the students.

    Attributes
    ----------
    names : tuple of (str, str)
        A student's id and a name of the student's, of which there may be several.
    accounts : mapping of str to mapping of str to str
        The student's id by the number of the account, for each platform that has numbers.
    anonymous : mapping of str to str
        The student's id by the letters that stand for the student in an anonymous assignment.
    """

    names: tuple[tuple[str, str], ...] = ()
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    anonymous: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ids(self) -> frozenset[str]:
        """All students."""
        return frozenset(student for student, _ in self.names)

    @cached_property
    def _written(self) -> Mapping[str, frozenset[str]]:
        return _students_by((written(name), student) for student, name in self.names)

    @cached_property
    def _plain(self) -> Mapping[str, frozenset[str]]:
        names = [(plain_name(name), student) for student, name in self.names]
        # Of "Kim Mina(2026-1)", some platforms leave "kimmina20261".
        both = [
            (joined, student)
            for name, student in names
            if name and name != (own := plain_name(student))
            for joined in (name + own, own + name)
        ]
        return _students_by([*names, *both])

    def exactly(self, name: str) -> frozenset[str]:
        """The students with a name that is written so."""
        return self._written.get(written(name), frozenset())

    def alike(self, name: str) -> frozenset[str]:
        """The students with a name that is the same but for what platforms change in names."""
        return self._plain.get(plain_name(name), frozenset())

    def called(self, name: str) -> frozenset[str]:
        """The students whose name is written so; if there is none, those of a name alike."""
        return self.exactly(name) or self.alike(name)


def _students_by(names: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, student in names:
        if name:
            found.setdefault(name, set()).add(student)
    return {name: frozenset(students) for name, students in found.items()}


def written(name: str) -> str:
    """A name as it is written, but for what no eye sees: the form of Hangul, further spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def plain_name(name: str) -> str:
    """A name without what platforms change in it: case, spaces, commas, the form of Hangul."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())
