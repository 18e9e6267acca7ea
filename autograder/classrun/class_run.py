"""The way through a class, stepping in where nbgrader's ``Autograde`` goes."""

from __future__ import annotations

import glob
import os
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.converters import BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import rmtree, setenv

from autograder.classrun.elsewhere import current_elsewhere
from autograder.classrun.engine import one_engine
from autograder.classrun.ledger import Ledger, Open
from autograder.classrun.notes import report
from autograder.classrun.unchanged import Unchanged
from autograder.errors import GraderError
from autograder.execution.stored import ExecuteSubmission, NotYetError
from autograder.marks.gradebook import forget_scores
from autograder.repair.find import HandedIn
from autograder.repair.submissions import find_all, without_submission
from autograder.results import Bookings, Record, ResultStore
from autograder.results.job import Job
from autograder.results.store import StoreError, store_folder

_STEPS = (
    "convert_notebooks",
    "init_destination",
    "init_assignment",
    "convert_single_notebook",
    "set_permissions",
)


class ClassRun:
    """One run; steps into the converter's methods.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
    exporter : GradingExporter

    Attributes
    ----------
    handed_in : dict of str to HandedIn
        The file to read for each notebook, by the path that it should have.
    offers : dict
        What the steps find in ``resources["kdlab"]``.
    """

    def __init__(self, converter: Any, exporter: Any) -> None:
        self.converter, self.exporter, self.course = converter, exporter, converter.coursedir
        self.elsewhere = current_elsewhere()
        self.store = ResultStore(store_folder(self.course.root), converter.log)
        bookings = Bookings(self.store.folder)
        tell = self.elsewhere.tell if self.elsewhere else (lambda student, state: None)
        self.ledger = Ledger(bookings, self.course.db_url, tell)
        self.handed_in: dict[str, HandedIn] = {}
        self.offers: dict[str, Any] = {}
        self._unchanged: Unchanged | None = None
        self._asked: dict[str, list[tuple[Open, str]]] = {}  # by key: whose notebook it is
        for name in _STEPS:
            step_in = getattr(self, f"_{name}")
            setattr(converter, name, partial(step_in, getattr(converter, name)))

    def _convert_notebooks(self, convert_all: Callable[[], None]) -> None:
        """The loop over the class; the exit code follows from the exception."""
        where = {"assignment": self.course.assignment_id}
        self._find()
        if self.elsewhere:
            self.elsewhere.expect(where["assignment"], len(self.converter.assignments))
        failure = None
        try:
            with one_engine():
                try:
                    convert_all()
                except Exception as error:  # of single ones; those that wait are finished first
                    failure = error
                while self._asked:
                    self._finish_next()
            if self.ledger.broken:
                raise self.ledger.broken
            if failure:
                raise failure
        finally:
            missing = without_submission(self.course)
            for student, text in missing.misplaced.items():
                self.ledger.note({**where, "student": student}, text, ungraded=True)
            notes = self.ledger.notes
            report(self.converter.log, notes, missing.students, self.ledger.skipped)
            if self.elsewhere:
                self.elsewhere.notes += notes
                self.elsewhere.missing += missing.students
        ungraded = [f"{note.student}: {note.text}" for note in notes if note.ungraded]
        if ungraded:
            raise NbGraderException("ungraded: " + "; ".join(ungraded))

    def _find(self) -> None:
        """Find what to grade; only of the students that were named, if any were."""
        for folder, found in find_all(self.course).items():
            self.handed_in |= found
            self.converter.assignments[folder] = sorted(found)
        wanted = self.elsewhere.students if self.elsewhere else None
        if wanted is not None:
            for folder in list(self.converter.assignments):
                if Path(folder).parent.name not in wanted:
                    del self.converter.assignments[folder]

    def _init_destination(
        self, init: Callable[[str, str], bool], assignment: str, student: str
    ) -> bool:
        """Whether to grade a submission: if anything changed, or it was ungraded the last time."""
        converter = self.converter
        if self.ledger.broken:
            return False
        if self._unchanged is None:
            execute = ExecuteSubmission(parent=self.exporter)
            self._unchanged = Unchanged(self.course, assignment, execute)
        digest, forced = self._unchanged.digest(student), converter.force
        fresh = self.elsewhere is not None and self.elsewhere.fresh
        try:
            converter.force = forced or fresh or not self._unchanged.holds(student, digest)
            graded = init(assignment, student)
        finally:
            converter.force = forced
        if graded:
            self.ledger.start(assignment, student, digest)
        else:
            self.ledger.skip(student)
        return graded

    def _init_assignment(
        self, init: Callable[[str, str], None], assignment: str, student: str
    ) -> None:
        """Make the gradebook's entry, without what it knows from an earlier run."""
        paths = self.converter.notebooks
        irregular = [
            glob.escape(entry)
            for path in paths
            if path in self.handed_in
            for entry in self.handed_in[path].irregular
        ]
        ignored = self.course.ignore
        try:
            self.course.ignore = [*ignored, *irregular]
            init(assignment, student)
        except Exception as error:
            where = {"student": student, "assignment": assignment}
            self.ledger.fail(where, error)
            raise
        finally:
            self.course.ignore = ignored
            for path in paths:
                forget_scores(self.course.db_url, assignment, student, Path(path).stem)

    def _convert_single_notebook(self, convert: Callable[[str], None], path: str) -> None:
        """Grade one notebook, or ask for its result; after a failure no score of it is left."""
        where = self.converter.init_single_notebook_resources(path)["nbgrader"]
        if self.elsewhere:
            self.offers = {"elsewhere": True, "fresh": self.elsewhere.fresh}
        try:
            convert(path)
        except NotYetError as error:
            self._ask(where, error.job)
        except Exception as error:
            self.ledger.fail(where, error)
            raise
        finally:
            self.offers = {}

    def _set_permissions(
        self, set_permissions: Callable[[str, str], None], assignment: str, student: str
    ) -> None:
        """The last step of a submission, unless something of it is executed elsewhere."""
        one = self.ledger.opened({"assignment": assignment, "student": student})
        if not one.waiting:
            set_permissions(assignment, student)
            self.ledger.book(one)

    def _ask(self, where: dict[str, str], job: Job) -> None:
        """Have a notebook executed elsewhere; meanwhile take what is finished."""
        assert self.elsewhere is not None
        one = self.ledger.opened(where)
        one.waiting.add(where["notebook"])
        if job.key not in self._asked:
            self._asked[job.key] = []
            self.elsewhere.submit(job)
        self._asked[job.key].append((one, where["notebook"]))
        while self.elsewhere.is_full():
            self._finish_next()

    def _finish_next(self) -> None:
        """Wait for a result; grade every notebook that it is the result of."""
        assert self.elsewhere is not None
        key, found = self.elsewhere.next_finished()
        if isinstance(found, Record) and found.is_complete:
            try:
                self.store.put(found)
            except StoreError as error:
                self.ledger.broken = found = error
        for one, notebook in self._asked.pop(key):
            where = {**one.where, "notebook": notebook}
            one.waiting.discard(notebook)
            one.state = "executed"
            try:
                if isinstance(found, GraderError):
                    raise found
                self._finish(where, found)
                if not one.waiting:
                    self.converter.set_permissions(one.assignment, one.student)
            except Exception as error:
                self.converter.log.debug(traceback.format_exc())
                self.ledger.fail(where, error)
                rmtree(self._graded(one))

    def _finish(self, where: dict[str, str], record: Record) -> None:
        """The second half of autograding, from the executed notebook to the gradebook."""
        converter = self.converter
        path = os.path.join(self._graded(self.ledger.opened(where)), f"{where['notebook']}.ipynb")
        if not record.is_complete:  # else it is in the store
            self.offers = {"records": {record.key: record}}
        try:
            converter._sanitizing = False
            converter._init_preprocessors()
            with setenv(NBGRADER_EXECUTION="autograde"):
                BaseConverter.convert_single_notebook(converter, path)
        finally:
            converter._sanitizing = True
            self.offers = {}

    def _graded(self, one: Open) -> str:
        graded: str = self.converter._format_dest(one.assignment, one.student)
        return os.path.normpath(graded)
