"""What is known of the submissions of a run while it goes on, and what is booked at their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autograder.classrun.run_report import Kind, Note
from autograder.errors import AutograderError, GraderError
from autograder.marks.gradebook import forget_scores
from autograder.notes import Notes
from autograder.results import Booking, Bookings
from autograder.results.store import StoreError
from autograder.terminal import printable


@dataclass
class Open:
    """A submission that is being graded.

    Attributes
    ----------
    digest : str
        Of what was handed in, taken before anything was read.
    keys : dict of str to str
        Of the results of its notebooks.
    waiting : set of str
        Its notebooks that are executed elsewhere.
    state : str
        ``"stored"`` until something of it had to be executed or failed.
    """

    assignment: str
    student: str
    digest: str
    keys: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    state: str = "stored"

    @property
    def where(self) -> dict[str, str]:
        """As nbgrader's resources say it."""
        return {"student": self.student, "assignment": self.assignment}


class Ledger:
    """The notes and the bookings of one run.

    Parameters
    ----------
    bookings : Bookings
    db_url : str
        Of the gradebook.
    tell : callable
        Is told the student and the state of every submission that is done.

    Attributes
    ----------
    broken : StoreError or None
        Why nothing can be stored any more: the run comes to its end without starting anything new.
    """

    def __init__(
        self, bookings: Bookings, db_url: str, tell: Callable[[str, str], None]
    ) -> None:
        self.bookings, self.db_url, self.tell = bookings, db_url, tell
        self.notes: list[Note] = []
        self.skipped = 0
        self.broken: StoreError | None = None
        self._open: dict[tuple[str, str], Open] = {}

    @property
    def has_ungraded(self) -> bool:
        """Whether any submission has no grade, or not all of it."""
        return any(note.ungraded for note in self.notes)

    def skip(self, student: str) -> None:
        """A submission that has not changed."""
        self.skipped += 1
        self.tell(student, "unchanged")

    def start(self, assignment: str, student: str, digest: str) -> None:
        """A submission that is graded (again): what was booked does not hold any more."""
        self.bookings.forget(assignment, student)
        self._open[assignment, student] = Open(assignment, student, digest)

    def opened(self, where: Mapping[str, str]) -> Open:
        """The submission that is being graded there."""
        return self._open[where["assignment"], where["student"]]

    def note(
        self, where: Mapping[str, str], text: str, kind: Kind = "Repaired", fault: bool = False
    ) -> None:
        """Note something for the instructor."""
        line = printable(" ".join(text.split()))  # it may quote what a stranger wrote
        self.notes.append(Note(where["student"], where["assignment"], line, kind, fault))

    def take(self, where: Mapping[str, str], noted: Notes) -> None:
        """Take from the notes of nbgrader's steps what the instructor should know."""
        for change in noted.changes:
            self.note(where, str(change))
        for text in noted.look_at:
            self.note(where, text, "Look at")
        for text in noted.ungraded:
            self.note(where, text, "UNGRADED", fault=True)
        if noted.slow:
            self.note(where, noted.slow, "Slow")
        if noted.key:
            one = self.opened(where)
            one.keys[where["notebook"]] = noted.key
            if noted.executed:
                one.state = "executed"

    def fail(self, where: Mapping[str, str], error: Exception) -> None:
        """A submission that could not be graded; no score of it is left."""
        notebook = where.get("notebook", "*")
        forget_scores(self.db_url, where["assignment"], where["student"], notebook)
        # Of the errors that are raised on purpose, some are about what was handed in.
        fault = isinstance(error, GraderError) or not isinstance(error, AutograderError)
        self.note(where, f"{type(error).__name__}: {error}", "UNGRADED", fault)
        self.book(self.opened(where))

    def book(self, one: Open) -> None:
        """Book a submission that is done."""
        about = (one.assignment, one.student)
        notes = [note for note in self.notes if (note.assignment, note.student) == about]
        ungraded = tuple(note.text for note in notes if note.ungraded)
        look_at = tuple(note.text for note in notes if note.kind == "Look at")
        repairs = tuple(note.text for note in notes if note.kind == "Repaired")
        # What is ungraded is tried again the next time.
        digest = "" if ungraded else one.digest
        booking = Booking(
            one.assignment, one.student, digest, one.keys, repairs, ungraded, look_at
        )
        try:
            self.bookings.put(booking)
        except StoreError as error:  # it will be graded again
            self.broken = error
        self.tell(one.student, "ungraded" if ungraded else one.state)
