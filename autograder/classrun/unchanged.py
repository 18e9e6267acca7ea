"""Which submissions have nothing new about them since they were graded."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from autograder.execution.stored import ExecuteSubmission
from autograder.notebooks import UnreadableNotebookError, read_notebook
from autograder.results import Bookings
from autograder.results.store import store_folder
from autograder.results.versions import repair_version


class Unchanged:
    """Compares an assignment's submissions with how they were when they were graded.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    assignment : str
    execute : ExecuteSubmission
        With the run's settings.
    """

    def __init__(self, course: Any, assignment: str, execute: ExecuteSubmission) -> None:
        self.course, self.assignment = course, assignment
        self.bookings = Bookings(store_folder(course.root))
        self._context = self._digest_of_context(execute)
        self._graded = _graded_students(course, assignment)

    def digest(self, student: str) -> str:
        """Hash of what a student handed in, and of all else that decides the grade."""
        folder = self.course.format_path(self.course.submitted_directory, student, self.assignment)
        parts = f"{self._context} {digest_of_folder(Path(folder))}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def holds(self, student: str, digest: str) -> bool:
        """Whether the gradebook and ``autograded/`` have the result of exactly this."""
        graded = self.course.format_path(
            self.course.autograded_directory, student, self.assignment
        )
        booking = self.bookings.get(self.assignment, student)
        return (
            booking is not None
            and booking.handed_in == digest
            and student in self._graded
            and all(Path(graded, f"{name}.ipynb").is_file() for name in booking.keys)
        )

    def _digest_of_context(self, execute: ExecuteSubmission) -> str:
        """Hash of what decides all grades of the assignment."""
        course = self.course
        folders = (course.source_directory, course.release_directory)
        paths = [Path(course.format_path(each, ".", self.assignment)) for each in folders]
        tests = list(_notebooks(paths[0]))
        parts = [
            execute.circumstances(self.assignment, *tests),
            repair_version(),
            [digest_of_folder(each) for each in paths],
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()


def _notebooks(folder: Path) -> Iterator[NotebookNode]:
    """The instructor's notebooks; one that cannot be read is refused elsewhere."""
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(UnreadableNotebookError):
            yield read_notebook(path)


def digest_of_folder(folder: Path) -> str:
    """Hash of the files in a folder, by name and content; of links and pipes the name alone."""
    digest = hashlib.sha256()
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*names, *(each for each in folders if _is_link(place, each))]):
            path = Path(place, name)
            digest.update(os.fsencode(path.relative_to(folder)) + b"\0")
            if stat.S_ISREG(path.lstat().st_mode):
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _is_link(place: str, name: str) -> bool:
    return os.path.islink(os.path.join(place, name))


def _graded_students(course: Any, assignment: str) -> set[str]:
    """Students of whom the gradebook has a submission with a score for every graded code cell."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        submitted = (
            select(SubmittedAssignment.student_id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .where(Assignment.name == assignment)
        )
        there = set(gradebook.db.scalars(submitted))
        # A graded cell that is also written by students is marked by hand.
        written = select(SolutionCell.name)
        open_ones = (
            submitted.join(
                SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
            )
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .where(Grade.auto_score.is_(None), Grade.manual_score.is_(None))
            .where(BaseCell.name.not_in(written))
        )
        return there - set(gradebook.db.scalars(open_ones))
