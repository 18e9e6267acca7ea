"""Notes in the journal what a person writes into the gradebook, whatever program writes it.

The formgrader and all others use nbgrader's own classes. A session that changes a mark or a comment
is noticed when it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from autograder.marks.answers import digest_on_page
from autograder.marks.journal import Entry, Place, journal_of

_NOTED = "marks of persons"  # in the session's own dictionary
_GRADER = "it is the grader that writes"


class Watch:
    """What this process does to gradebooks is noted in one course's journal.

    Parameters
    ----------
    root : Path
        The course's folder.
    autograded : str
        In it, what graded notebooks are kept in.
    """

    def __init__(self, root: Path, autograded: str = "autograded") -> None:
        self.journal = journal_of(root)
        self.autograded = root / autograded

    def entry(self, row: Grade | Comment) -> Entry | None:
        """What stands in a row; None if a person gave nothing, or it is for no known text."""
        place = Place(
            row.notebook.student.id,
            row.notebook.assignment.name,
            row.notebook.name,
            row.cell.name,
        )
        path = self.autograded / place.student / place.assignment / f"{place.notebook}.ipynb"
        text = digest_on_page(path, place.cell)
        if text is None:
            return None
        if isinstance(row, Comment):
            return Entry(place, text, "comment", comment=row.manual_comment)
        return Entry(place, text, "mark", points=row.manual_score, extra=row.extra_credit)

    def note_all(self, submission: SubmittedAssignment) -> None:
        """Note what was given for a submission before anybody watched."""
        given: list[Grade | Comment] = []
        for notebook in submission.notebooks:
            given += [
                grade
                for grade in notebook.grades
                if grade.manual_score is not None and not grade.needs_manual_grade
            ]
            given += [comment for comment in notebook.comments if comment.manual_comment]
        self.journal.add(entry for row in given if (entry := self.entry(row)))


def note_marks(course: CourseDirectory, assignment: str, student: str) -> None:
    """Before a submission is graded again: note what persons gave for it, and for what text."""
    with Gradebook(course.db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return
        Watch(Path(course.root), course.autograded_directory).note_all(submission)


_watch: Watch | None = None


def watch_marks(root: str | Path) -> None:
    """From now on, note in this course's journal what persons give."""
    global _watch
    _watch = Watch(Path(root))
    if not event.contains(Session, "before_flush", _collect):
        event.listen(Session, "before_flush", _collect)
        event.listen(Session, "after_commit", _write)
        event.listen(Session, "after_rollback", _drop)


@contextmanager
def not_a_person(session: Session) -> Iterator[None]:
    """Inside, what a session changes is the grader's own doing, and is not noted."""
    session.info[_GRADER] = True
    try:
        yield
    finally:
        session.info.pop(_GRADER, None)


def _collect(session: Session, *_: Any) -> None:
    if _watch is None or session.info.get(_GRADER):
        return
    for row in session.dirty:
        if _is_given(row) and (entry := _watch.entry(row)):
            session.info.setdefault(_NOTED, []).append(entry)


def _is_given(row: Any) -> bool:
    """Whether a person gave a mark or a comment, confirmed it, or took it back."""
    attributes = inspect(row).attrs
    if isinstance(row, Comment):
        return bool(attributes.manual_comment.history.has_changes())
    if not isinstance(row, Grade):
        return False
    if any(attributes[name].history.has_changes() for name in ("manual_score", "extra_credit")):
        return True
    confirmed = attributes.needs_manual_grade.history.has_changes() and not row.needs_manual_grade
    return confirmed and row.manual_score is not None


def _write(session: Session) -> None:
    entries = session.info.pop(_NOTED, [])
    if _watch is not None:
        _watch.journal.add(entries)


def _drop(session: Session) -> None:
    session.info.pop(_NOTED, None)
