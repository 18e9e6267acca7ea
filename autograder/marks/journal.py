"""A person's marks and comments, each with the text that it was given for.

The gradebook knows the newest mark of a cell, and not which text it was for; and a gradebook can be
lost. So whatever a person gives is also appended to ``marks.jsonl`` beside it, a line each, by
whatever program it is given with: see `autograder.marks.watch`. What is booked anew asks here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from labkit.storage import locked

NAME = "marks.jsonl"  # in the course's folder


@dataclass(frozen=True)
class Place:
    """A cell of a submission."""

    student: str
    assignment: str
    notebook: str
    cell: str


@dataclass(frozen=True)
class Entry:
    """Something that a person gave.

    Attributes
    ----------
    place : Place
    text : str
        Digest of the answer that it was given for.
    kind : str
        ``"mark"`` or ``"comment"``.
    points, extra : float or None
        The mark, and extra credit; no points at all take an earlier mark back.
    comment : str or None
    """

    place: Place
    text: str
    kind: str
    points: float | None = None
    extra: float | None = None
    comment: str | None = None


class Journal:
    """What persons gave in a course.

    Parameters
    ----------
    root : Path
        The course's folder.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / NAME
        self._read_to = 0
        self._entries: dict[tuple[Place, str], list[Entry]] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        """Append what is not there already as the newest of its kind and text."""
        entries = list(entries)
        if not entries:
            return
        with locked(self.path):
            self._catch_up()
            when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
            new = []
            for entry in entries:
                known = self._entries.setdefault((entry.place, entry.kind), [])
                if not known or known[-1] != entry:
                    new.append(json.dumps({"when": when, **_flat(entry)}, ensure_ascii=False))
                    known.append(entry)
            if new:
                self._append(new)

    def newest(self, place: Place, kind: str, text: str | None = None) -> Entry | None:
        """The newest entry for a cell; with `text`, the newest that was given for this answer."""
        self._catch_up()
        for entry in reversed(self._entries.get((place, kind), [])):
            if text is None or entry.text == text:
                return entry
        return None

    def _append(self, lines: list[str]) -> None:
        # What is there beyond the last whole line was torn; it must not tear the next one, too.
        torn = self.path.exists() and self.path.stat().st_size > self._read_to
        with self.path.open("ab") as file:
            file.write((("\n" if torn else "") + "\n".join(lines) + "\n").encode())
            self._read_to = file.tell()

    def _catch_up(self) -> None:
        """Read what others wrote since."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._read_to:  # another file than the one that was read
            self._read_to = 0
            self._entries.clear()
        if size == self._read_to:
            return
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            new = file.read()
        ended = new[: new.rfind(b"\n") + 1]  # somebody may be in the middle of a line
        self._read_to += len(ended)
        for entry in _read(ended.decode("utf-8", "replace").splitlines()):
            self._entries.setdefault((entry.place, entry.kind), []).append(entry)


@cache
def journal_of(root: Path) -> Journal:
    """The journal of a course; what was read of it is not read again."""
    return Journal(root)


def _flat(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    return {**values.pop("place"), **values}


def _read(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries in some lines; one that was torn by a power cut is left out."""
    names = [each.name for each in fields(Place)]
    rest = [each.name for each in fields(Entry)][1:]
    for line in lines:
        try:
            found = json.loads(line)
            place = Place(*(str(found[name]) for name in names))
            yield Entry(place, **{name: found[name] for name in rest})
        except (ValueError, TypeError, KeyError):
            continue
