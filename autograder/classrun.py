# mypy: disallow-subclassing-any=False, disallow-untyped-calls=False
"""One run of ``nbgrader autograde`` over a class: go on after a bad submission, say so at the end.

nbgrader lets an exporter be chosen, not the converter that uses it. So the exporter reads
tolerantly, and steps in where the converter goes through the class: it finds notebooks under wrong
names, takes stale scores back, collects what went wrong, and ends with a report, and with exit
code 1 if anything is ungraded.
"""

from __future__ import annotations

import glob
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException

from autograder.notebooks import UnreadableNotebookError, read_notebook
from autograder.repair.collect import HandedIn
from autograder.scores import forget_scores
from autograder.submissions import find_all, must_be_graded_again, without_submission


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
        return self.from_notebook_node(self.read(path, resources), resources, **options)  # type: ignore[no-any-return]

    def read(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        """The notebook at `path`."""
        return read_notebook(path)


class GradingExporter(TolerantExporter):
    """The exporter of ``Autograde``: one run over a class, from the files to the report."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.notes: list[Note] = []
        self.handed_in: dict[str, HandedIn] = {}
        self.skipped = 0
        self.converter: Any = self.parent
        if hasattr(self.converter, "convert_notebooks"):
            for name in (
                "convert_notebooks",
                "init_destination",
                "init_assignment",
                "convert_single_notebook",
            ):
                step_in = getattr(self, f"_{name}")
                setattr(self.converter, name, partial(step_in, getattr(self.converter, name)))

    def read(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        """The notebook that was handed in for `path`, which may be called otherwise."""
        found = self.handed_in.get(str(path))
        if found is None:
            return super().read(path, resources)
        if found.path is None:
            raise UnreadableNotebookError(found.reason)
        resources["kdlab"] = {"changes": list(found.changes)}
        return super().read(found.path, resources)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert, and take from `resources` what the steps noted."""
        output, resources = super().from_notebook_node(nb, resources, **options)
        found = resources.pop("kdlab", {})
        for change in found.get("changes", []):
            self._note(resources["nbgrader"], str(change), ungraded=False)
        for text in found.get("ungraded", []):
            self._note(resources["nbgrader"], text, ungraded=True)
        return output, resources

    def _note(self, where: dict[str, str], text: str, ungraded: bool) -> None:
        self.notes.append(Note(where["student"], where["assignment"], text, ungraded))

    def _convert_notebooks(self, convert_all: Callable[[], None]) -> None:
        """The loop over the class; the exit code follows from the exception."""
        course = self.converter.coursedir
        for folder, found in find_all(course).items():
            self.handed_in |= found
            self.converter.assignments[folder] = sorted(found)
        try:
            convert_all()
        finally:
            missing = without_submission(course)
            for student, text in missing.misplaced.items():
                self._note(
                    {"student": student, "assignment": course.assignment_id}, text, ungraded=True
                )
            self._report(missing.students)
        ungraded = [f"{note.student}: {note.text}" for note in self.notes if note.ungraded]
        if ungraded:
            raise NbGraderException("ungraded: " + "; ".join(ungraded))

    def _init_destination(
        self, init: Callable[[str, str], bool], assignment: str, student: str
    ) -> bool:
        """Whether to grade a submission: also if it changed, or was ungraded the last time."""
        converter = self.converter
        forced = converter.force
        try:
            if not forced and must_be_graded_again(converter.coursedir, assignment, student):
                converter.force = True
            graded = init(assignment, student)
        finally:
            converter.force = forced
        self.skipped += not graded
        return graded

    def _init_assignment(
        self, init: Callable[[str, str], None], assignment: str, student: str
    ) -> None:
        """Make the gradebook's entry, without what it knows from an earlier run."""
        converter = self.converter
        course, names = converter.coursedir, [Path(path).stem for path in converter.notebooks]
        irregular = [
            glob.escape(entry)
            for path in converter.notebooks
            if path in self.handed_in
            for entry in self.handed_in[path].irregular
        ]
        ignored = course.ignore
        try:
            course.ignore = [*ignored, *irregular]
            init(assignment, student)
        except Exception as error:
            where = {"student": student, "assignment": assignment}
            self._note(where, f"{type(error).__name__}: {error}", ungraded=True)
            raise
        finally:
            course.ignore = ignored
            for name in names:
                forget_scores(course.db_url, assignment, student, name)

    def _convert_single_notebook(self, convert: Callable[[str], None], path: str) -> None:
        """Grade one notebook; after a failure no score of it is left."""
        where = self.converter.init_single_notebook_resources(path)["nbgrader"]
        try:
            convert(path)
        except Exception as error:
            forget_scores(where["db_url"], where["assignment"], where["student"], where["notebook"])
            self._note(where, f"{type(error).__name__}: {error}", ungraded=True)
            raise

    def _report(self, missing: list[str]) -> None:
        if self.skipped:
            self.log.warning(
                "%d submission(s) did not change since they were graded; --force grades them again",
                self.skipped,
            )
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
