# mypy: disallow-subclassing-any=False, disallow-untyped-calls=False
"""One run of ``nbgrader autograde`` over a class: go on after a bad submission, say so at the end.

nbgrader lets an exporter be chosen, not the converter that uses it. So the exporter reads
tolerantly, collects what went wrong, and has the converter end with a report, and with exit code 1
if anything is ungraded.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException

from autograder.notebooks import read_notebook
from autograder.scores import forget_scores


@dataclass(frozen=True)
class Note:
    """Something that the instructor should know of one submission."""

    student: str
    assignment: str
    text: str
    ungraded: bool


class TolerantExporter(NotebookExporter):
    """``NotebookExporter`` that reads what students' editors write."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert the notebook at `filename`."""
        path = Path(filename)
        resources = {} if resources is None else resources
        resources.setdefault("metadata", {}).update(name=path.stem, path=str(path.parent))
        return self.from_notebook_node(read_notebook(path), resources, **options)  # type: ignore[no-any-return]


class GradingExporter(TolerantExporter):
    """The exporter of ``Autograde``: forgets stale scores, and collects notes for the report."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.notes: list[Note] = []
        self._end_with_a_report()

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert one submission, which nbgrader does twice: sanitise, then execute and score."""
        where = (resources or {})["nbgrader"]
        forget_scores(where["db_url"], where["assignment"], where["student"], where["notebook"])
        try:
            return super().from_filename(filename, resources, **options)
        except Exception as error:
            self._note(where, f"{type(error).__name__}: {error}", ungraded=True)
            raise

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert, and take from `resources` what the steps noted."""
        output, resources = super().from_notebook_node(nb, resources, **options)
        found = resources.pop("kdlab", {})
        for text in found.get("repairs", []):
            self._note(resources["nbgrader"], text, ungraded=False)
        for text in found.get("ungraded", []):
            self._note(resources["nbgrader"], text, ungraded=True)
        return output, resources

    def _note(self, where: dict[str, str], text: str, ungraded: bool) -> None:
        self.notes.append(Note(where["student"], where["assignment"], text, ungraded))

    def _end_with_a_report(self) -> None:
        """Wrap the converter's loop over submissions; its exit code follows from an exception."""
        converter: Any = self.parent
        convert_all = getattr(converter, "convert_notebooks", None)
        if convert_all is None:
            return

        def convert_and_report() -> None:
            try:
                convert_all()
            finally:
                missing = _without_submission(converter.coursedir)
                self._report(missing)
            ungraded = [f"{note.student}: {note.text}" for note in self.notes if note.ungraded]
            if ungraded:
                raise NbGraderException("ungraded: " + "; ".join(ungraded))

        converter.convert_notebooks = convert_and_report

    def _report(self, missing: list[str]) -> None:
        for text in missing:
            self.log.warning("No submission: %s", text)
        for note in self.notes:
            if not note.ungraded:
                self.log.warning("Repaired: %s, %s: %s", note.student, note.assignment, note.text)
        for note in self.notes:
            if note.ungraded:
                self.log.error("UNGRADED: %s, %s: %s", note.student, note.assignment, note.text)
        students = {note.student for note in self.notes if note.ungraded}
        if students:
            self.log.error(
                "%d submission(s) need a person: %s. All others are graded.",
                len(students),
                ", ".join(sorted(students)),
            )


def _without_submission(course: Any) -> list[str]:
    """Folders without the lab's notebook and, in a run over all, students without a folder.

    Scores that such a student has from an earlier run are taken back.
    """
    assignment = course.assignment_id
    release = Path(course.format_path(course.release_directory, ".", assignment))
    names = {path.name for path in release.glob("*.ipynb")}
    pattern = course.format_path(course.submitted_directory, course.student_id, assignment)
    folders = sorted(Path(path) for path in glob.glob(pattern))
    missing = []
    for folder in folders:
        found = {path.name for path in folder.iterdir()}
        if names and not names & found:
            student = folder.parent.name
            forget_scores(course.db_url, assignment, student)
            there = ", ".join(sorted(found)) or "nothing"
            missing.append(f"{student}, {assignment}: no {min(names)}; the folder holds {there}")
    if course.student_id == "*":
        handed_in = {folder.parent.name for folder in folders}
        with Gradebook(course.db_url, course.course_id) as gradebook:
            known = {student.id for student in gradebook.students}
        missing += [f"{student}, {assignment}" for student in sorted(known - handed_in)]
    return missing
