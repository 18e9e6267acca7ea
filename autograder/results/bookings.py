"""Which submission got which result: what was in the gradebook when it was last written to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.results.store import StoreError
from labkit.storage import atomic_write

FOLDER = "bookings"  # in the store's folder


@dataclass(frozen=True)
class Booking:
    """One submission, as it was last graded.

    Attributes
    ----------
    assignment, student : str
        Whose submission, for what.
    handed_in : str
        Hash of the files and of all else that decides the result. As long as it stays the same,
        there is nothing to do. Empty if it must be graded again in any case.
    keys : dict of str to str
        Of the results in the store, by notebook.
    repairs : tuple of str
        What was repaired before it was executed.
    ungraded : tuple of str
        Why a person must look at it; empty if everything is graded.
    look_at : tuple of str
        What a person should look at, although it is graded.
    """

    assignment: str
    student: str
    handed_in: str
    keys: dict[str, str]
    repairs: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()


class Bookings:
    """All bookings of a course, a small file each.

    Parameters
    ----------
    folder : Path
        Of the store.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def get(self, assignment: str, student: str) -> Booking | None:
        """The booking of one submission; None if there is none that can be read."""
        return _read(self._path(assignment, student))

    def put(self, booking: Booking) -> None:
        """Write a booking: whole, or not at all."""
        path = self._path(booking.assignment, booking.student)
        try:
            with atomic_write(path) as partial:
                partial.write_text(json.dumps(asdict(booking), ensure_ascii=False), "utf-8")
        except OSError as error:
            raise StoreError(f"A booking cannot be written: {path} ({error})") from error

    def forget(self, assignment: str, student: str) -> None:
        """Take a booking back, before its submission is graded again."""
        self._path(assignment, student).unlink(missing_ok=True)

    def all(self, assignment: str = "*") -> Iterator[Booking]:
        """The bookings of an assignment, or of all, by assignment and student."""
        for path in sorted(self.folder.glob(f"{assignment}/*.json")):
            booking = _read(path)
            if booking is not None:
                yield booking

    def _path(self, assignment: str, student: str) -> Path:
        return self.folder / assignment / f"{student}.json"


def _read(path: Path) -> Booking | None:
    try:
        found = json.loads(path.read_text("utf-8"))
        texts = {name: tuple(found[name]) for name in ("repairs", "ungraded", "look_at")}
        return Booking(**{**found, **texts})
    except (OSError, ValueError, TypeError, KeyError):
        return None  # graded again, from the store: no harm
