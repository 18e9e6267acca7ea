"""What an instructor should know of a run, and how the run says it at its end."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nbgrader.coursedir import CourseDirectory

from autograder.errors import GraderError
from autograder.execution.kernel_view import kernel_environment
from autograder.sandbox.host import device
from autograder.subject import find_subject
from autograder.terminal import printable

Kind = Literal["Repaired", "Slow", "Look at", "UNGRADED"]


@dataclass(frozen=True)
class Note:
    """Something that the instructor should know of one submission.

    Attributes
    ----------
    kind : {"Repaired", "Slow", "Look at", "UNGRADED"}
        Whether it was repaired; where the time went of a submission that ran into a limit; whether
        it is graded, and a person should look at it all the same; whether it has no grade, or not
        all of it.
    fault : bool
        Whether it is ungraded by the grader's fault.
    """

    student: str
    assignment: str
    text: str
    kind: Kind = "Repaired"
    fault: bool = False

    @property
    def ungraded(self) -> bool:
        """Whether it has no grade, or not all of it."""
        return self.kind == "UNGRADED"

    @property
    def urgency(self) -> int:
        """The larger, the more it needs a person."""
        return {"UNGRADED": 2, "Look at": 1}.get(self.kind, 0)

    @property
    def line(self) -> str:
        """The note as a line that can be printed anywhere."""
        return printable(f"{self.student}, {self.assignment}: {self.text}")


def remark_of_course(course: CourseDirectory) -> str:
    """What the course has to say before an assignment is graded on this machine; mostly nothing."""
    try:
        subject = find_subject(course.root)
        environment = kernel_environment(os.environ, subject)
        return subject.remark(course.assignment_id, environment, device())
    except GraderError:
        return ""  # a course that cannot be had is said of each submission
    except Exception as error:  # of the course's own code
        return f"The course's remark cannot be had: {error!r}"


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
    for note in sorted(notes, key=lambda note: note.urgency):
        level = logging.ERROR if note.ungraded else logging.WARNING
        log.log(level, "%s: %s", note.kind, note.line)
    students = {note.student for note in notes if note.ungraded}
    if students:
        log.error(
            "%d submission(s) need a person: %s. All others are graded.",
            len(students),
            printable(", ".join(sorted(students))),
        )
