"""nbgrader's ``Autograde`` for a class of strangers: one bad submission stops nobody.

A submission goes through here from top to bottom: `convert_notebooks` is the loop over the class,
`init_destination` asks whether anything is new about it, `init_assignment` makes its place in the
gradebook, `convert_single_notebook` repairs, executes and books it, `set_permissions` is the end.
"""

from __future__ import annotations

import contextlib
import glob
import os
import traceback
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError
from nbgrader.utils import rmtree, setenv, temp_attrs

from autograder.classrun.engine import one_engine
from autograder.classrun.executor import Order
from autograder.classrun.ledger import Ledger, Open
from autograder.classrun.pending import Pending
from autograder.classrun.run_report import remark_of_course, report
from autograder.classrun.unchanged import Unchanged
from autograder.errors import GraderError
from autograder.execution.stored import ExecuteSubmission, NotYetError
from autograder.marks.gradebook import forget_scores
from autograder.marks.watch import note_marks
from autograder.notes import Notes
from autograder.repair.changes import plain
from autograder.repair.find import HandedIn
from autograder.repair.submissions import find_all, without_name, without_submission
from autograder.results import Bookings, Record, ResultStore
from autograder.results.store import store_folder
from autograder.timestamps import timestamp_in


class AutogradeClass(Autograde):
    """``Autograde`` that goes on after a bad submission; see the package for who makes one.

    Parameters
    ----------
    order : Order, optional
        By default this process executes everything, and nobody is told.
    **options
        As of ``Autograde``.

    Attributes
    ----------
    handed_in : dict of str to HandedIn
        The file to read for each notebook, by the path that it should have.
    """

    def __init__(self, order: Order | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._prepare(order or Order())

    @classmethod
    def take_over(cls, converter: Any) -> AutogradeClass:
        """Make an ``Autograde`` one of these: nbgrader lets the exporter alone be chosen."""
        if not isinstance(converter, cls):
            converter.__class__ = cls
            converter._prepare(Order())
        assert isinstance(converter, cls)
        return converter

    def _prepare(self, order: Order) -> None:
        self.order = order
        self.coursedir.get_existing_timestamp = timestamp_in
        self.store = ResultStore(store_folder(self.coursedir.root), self.log)
        bookings = Bookings(self.store.folder)
        self.ledger = Ledger(bookings, self.coursedir.db_url, order.listener.tell)
        self.handed_in: dict[str, HandedIn] = {}
        self.begin_with = Notes()
        self._unchanged: Unchanged | None = None
        self._pending = Pending(order.executor, self.store, self.ledger)

    def init_notebooks(self) -> None:
        """Leave it to `convert_notebooks`: nbgrader gives up where no notebook is named rightly."""
        self.assignments: dict[str, list[str]] = {}
        self.notebooks: list[str] = []

    def convert_notebooks(self) -> None:
        """Go through the class; if anybody is ungraded the end is an NbGraderException."""
        for remark in (self.store.begin(), remark_of_course(self.coursedir)):
            if remark and remark not in self.order.remarks:  # of another lab
                self.log.warning(remark)
                self.order.remarks.append(remark)
        self._find()
        self.order.listener.expect(self.coursedir.assignment_id, len(self.assignments))
        failure = None
        try:
            with one_engine():
                try:
                    super().convert_notebooks()
                except Exception as error:  # of single ones; those that wait are finished first
                    failure = error
                while self._pending:
                    self._finish_next()
            if self.ledger.broken:
                raise self.ledger.broken
            if failure:
                raise failure
        finally:
            self._report()
        ungraded = [f"{note.student}: {note.text}" for note in self.ledger.notes if note.ungraded]
        if ungraded:
            raise NbGraderException("ungraded: " + "; ".join(ungraded))

    def _find(self) -> None:
        """Find what to grade; only of the students that were named, if any were."""
        self.assignments = {}  # nbgrader's own search may have been before us
        for folder, found in find_all(self.coursedir).items():
            student, wanted = Path(folder).parent.name, self.order.students
            if wanted is None or student in wanted:
                self.handed_in |= found
                self.assignments[folder] = sorted(found)
        for student in without_name(self.coursedir):  # no page, log or table takes such a name
            if self.order.students is None or student in self.order.students:
                where = {"assignment": self.coursedir.assignment_id, "student": plain(student)}
                self.ledger.note(where, "this is no name for a folder; rename it", "UNGRADED")

    def _report(self) -> None:
        missing = without_submission(self.coursedir)
        for student, text in missing.misplaced.items():
            where = {"assignment": self.coursedir.assignment_id, "student": student}
            self.ledger.note(where, text, "UNGRADED")
        report(self.log, self.ledger.notes, missing.students, self.ledger.skipped)
        self.order.notes += self.ledger.notes
        self.order.missing += missing.students

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Whether to grade a submission: if anything changed, or it was ungraded the last time."""
        if self.ledger.broken:
            return False
        if self._unchanged is None:
            execute = ExecuteSubmission(parent=self.exporter)
            self._unchanged = Unchanged(self.coursedir, assignment_id, execute)
        try:
            digest = self._unchanged.digest(student_id)
            known = not self.order.fresh and self._unchanged.holds(student_id, digest)
            anew = self.force or not known
            if anew:
                note_marks(self.coursedir, assignment_id, student_id)
            with temp_attrs(self, force=anew):
                graded: bool = super().init_destination(assignment_id, student_id)
        except Exception as error:  # of one student's files
            self.ledger.start(assignment_id, student_id, "")
            self.ledger.fail({"student": student_id, "assignment": assignment_id}, error)
            return False
        if graded:
            self.ledger.start(assignment_id, student_id, digest)
        else:
            self.ledger.skip(student_id)
        return graded

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Make the gradebook's entry, without what it knows from an earlier run."""
        paths, course = self.notebooks, self.coursedir
        irregular = [
            glob.escape(entry)
            for path in paths
            if path in self.handed_in
            for entry in self.handed_in[path].irregular
        ]
        if all(path in self.handed_in and self.handed_in[path].path is None for path in paths):
            irregular = ["*"]  # nothing of it will be graded, so nothing of it is copied
        try:
            with temp_attrs(course, ignore=[*course.ignore, *irregular]):
                super().init_assignment(assignment_id, student_id)
        except Exception as error:
            self.ledger.fail({"student": student_id, "assignment": assignment_id}, error)
            raise
        finally:
            for path in paths:
                forget_scores(course.db_url, assignment_id, student_id, Path(path).stem)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Grade one notebook, or ask for its result; after a failure no score of it is left."""
        where = self.init_single_notebook_resources(notebook_filename)["nbgrader"]
        self.begin_with = Notes(may_execute=self.order.executor is None, fresh=self.order.fresh)
        try:
            try:
                super().convert_single_notebook(notebook_filename)
            except NotYetError as error:
                self._pending.ask(self.ledger.opened(where), where["notebook"], error.job)
        except Exception as error:
            self.ledger.fail(where, error)
            if isinstance(error, (SchemaTooOldError, SchemaTooNewError)):
                raise NbGraderException(str(error)) from error  # the others would end the run
            raise
        finally:
            self.begin_with = Notes()
        while self._pending.is_full():
            self._finish_next()

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """The last step of a submission, unless something of it is executed elsewhere."""
        one = self.ledger.opened({"assignment": assignment_id, "student": student_id})
        try:
            self._end(one)
        except Exception as error:
            self.ledger.fail(one.where, error)
            raise

    def _end(self, one: Open) -> None:
        if not one.waiting:
            super().set_permissions(one.assignment, one.student)
            self.ledger.book(one)

    def _finish_next(self) -> None:
        """Wait for a result; grade every notebook that it is the result of."""
        whose, found = self._pending.next_finished()
        for one, notebook in whose:
            self._finish(one, notebook, found)

    def _finish(self, one: Open, notebook: str, found: Record | GraderError) -> None:
        """Book what a notebook came to."""
        where = {**one.where, "notebook": notebook}
        one.waiting.discard(notebook)
        one.state = "executed"
        try:
            if isinstance(found, GraderError):
                raise found
            self._book(os.path.join(self._graded(one), f"{notebook}.ipynb"), found)
            self._end(one)
        except Exception as error:
            self.log.debug(traceback.format_exc())
            self.ledger.fail(where, error)
            with contextlib.suppress(OSError):
                rmtree(self._graded(one))

    def _book(self, path: str, record: Record) -> None:
        """The second half of autograding, from the executed notebook to the gradebook."""
        if not record.is_complete:  # else it is in the store
            self.begin_with = Notes(records={record.key: record})
        try:
            self._sanitizing = False
            self._init_preprocessors()
            with setenv(NBGRADER_EXECUTION="autograde"):
                BaseConverter.convert_single_notebook(self, path)
        finally:
            self._sanitizing = True
            self.begin_with = Notes()

    def _graded(self, one: Open) -> str:
        return str(os.path.normpath(self._format_dest(one.assignment, one.student)))
