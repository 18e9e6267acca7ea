"""What an instructor should know of a run, and how the run says it at its end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.terminal import printable


@dataclass(frozen=True)
class Note:
    """Something that the instructor should know of one submission.

    Attributes
    ----------
    ungraded : bool
        Whether it has no grade, or not all of it.
    fault : bool
        Whether that is the grader's fault.
    slow : bool
        Whether it is about where the time of a submission went that ran into a limit.
    look : bool
        Whether it is graded, and a person should look at it all the same.
    """

    student: str
    assignment: str
    text: str
    ungraded: bool
    fault: bool = False
    slow: bool = False
    look: bool = False

    @property
    def kind(self) -> str:
        """In one word."""
        if self.ungraded:
            return "UNGRADED"
        return "Look at" if self.look else "Slow" if self.slow else "Repaired"

    @property
    def line(self) -> str:
        """The note as a line that can be printed anywhere."""
        return printable(f"{self.student}, {self.assignment}: {self.text}")


def report(
    log: logging.Logger | logging.LoggerAdapter[logging.Logger],
    notes: Iterable[Note],
    missing: Iterable[str],
    skipped: int,
) -> None:
    """Log the notes, those that need a person last.

    Parameters
    ----------
    missing : iterable of str
        Who has handed nothing in.
    skipped : int
        Submissions that have not changed.
    """
    notes = list(notes)
    if skipped:
        log.warning(
            "%d submission(s) did not change since they were graded; --force grades them again",
            skipped,
        )
    for text in missing:
        log.warning("No submission: %s", printable(text))
    for note in notes:
        if not note.ungraded and not note.look:
            log.warning("%s: %s", note.kind, note.line)
    for note in notes:
        if note.look:
            log.warning("%s: %s", note.kind, note.line)
    for note in notes:
        if note.ungraded:
            log.error("UNGRADED: %s", note.line)
    students = {note.student for note in notes if note.ungraded}
    if students:
        log.error(
            "%d submission(s) need a person: %s. All others are graded.",
            len(students),
            printable(", ".join(sorted(students))),
        )
