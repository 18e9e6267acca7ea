"""Repair as steps of ``nbgrader autograde``."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from autograder.errors import GraderError
from autograder.library import version_in, version_of
from autograder.notebooks import UnreadableNotebookError, give_ids, language_of, read_notebook
from autograder.notes import notes_of
from autograder.repair.changes import Change, note
from autograder.repair.rebuild import repair
from autograder.subject import find_subject


class NoReleaseError(GraderError):
    """There is no released notebook to lay submissions onto."""


class Repair(NbGraderPreprocessor):
    """First of ``Autograde.sanitize_preprocessors``: `repair`, onto the released notebook."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Lay the submission onto the release; tell the student on top, the instructor at the end.

        What was done before the notebook was read stands in the notes already.
        """
        course = CourseDirectory(parent=self)
        where = resources["nbgrader"]
        folder = course.format_path(course.release_directory, ".", where["assignment"])
        path = f"{folder}/{where['notebook']}.ipynb"
        try:
            release = read_notebook(path)
        except (OSError, UnreadableNotebookError) as error:
            raise NoReleaseError(
                f"no released notebook to compare with: {path} ({error}); "
                f"run `nbgrader generate_assignment {where['assignment']}`"
            ) from None
        noted = notes_of(resources).changes
        notebook, changes = repair(nb, release)
        noted += [*changes, *other_version(nb, find_subject(course.root).library)]
        if noted:
            language = language_of(release)
            notebook.cells.insert(0, note(noted, language))
            give_ids(notebook.cells)
        return notebook, resources


def other_version(nb: NotebookNode, library: str) -> list[Change]:
    """Whether a notebook was executed with another version of the students' library than here."""
    theirs = version_in(nb, library) if library else ""
    try:
        ours = version_of(library) if theirs else ""
    except GraderError:  # a course whose library has no version has none to compare
        return []
    if theirs == ours:
        return []
    return [Change("library", f"{library} {ours}", f"{library} {theirs}")]


class FillLockedCells(OverwriteCells):
    """``OverwriteCells``: puts the hidden tests of the gradebook into the released cells."""

    def report_change(self, name: str, attr: str, old: Any, new: Any) -> None:
        """Report, but not that the hidden tests were missing: no submission has them."""
        if attr != "checksum":
            super().report_change(name, attr, old, new)
