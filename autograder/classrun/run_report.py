"""What an instructor should know of a run, and how the run says it at its end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """Something that the instructor should know of one submission.

    Attributes
    ----------
    ungraded : bool
        Whether it has no grade, or not all of it.
    fault : bool
        Whether that is the grader's fault.
    look : bool
        Whether it is graded, and a person should look at it all the same.
    """

    student: str
    assignment: str
    text: str
    ungraded: bool
    fault: bool = False
    look: bool = False


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
        log.warning("No submission: %s", text)
    for note in notes:
        if not note.ungraded and not note.look:
            log.warning("Repaired: %s, %s: %s", note.student, note.assignment, note.text)
    for note in notes:
        if note.look:
            log.warning("Look at: %s, %s: %s", note.student, note.assignment, note.text)
    for note in notes:
        if note.ungraded:
            log.error("UNGRADED: %s, %s: %s", note.student, note.assignment, note.text)
    students = {note.student for note in notes if note.ungraded}
    if students:
        log.error(
            "%d submission(s) need a person: %s. All others are graded.",
            len(students),
            ", ".join(sorted(students)),
        )
