"""Runs a submission: its own code in a kernel, graded cells in this process."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psutil
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Bool, Float, Integer, default

from autograder.errors import GraderError
from autograder.execution.asking import Exchange
from autograder.execution.bridge import KernelSubmission, Limits
from autograder.execution.cells import OwnCells
from autograder.execution.clock import Clock
from autograder.execution.contents import SHOWN
from autograder.execution.flood import FloodWatch
from autograder.execution.graded_cells import run_graded
from autograder.execution.hearing import NOISE
from autograder.execution.kernel_view import environment, mounts, uses_library
from autograder.execution.restarting import Restarts
from autograder.execution.wall import memory_wall
from autograder.notebooks import is_graded_code
from autograder.results.job import Job, JobError
from autograder.results.record import Record
from autograder.results.versions import checks_version, libraries
from autograder.sandbox import add_kernel_spec, mounted
from autograder.sandbox.temporary import own_folder
from autograder.subject import load_subject


class RunSubmission(Execute):
    """nbgrader's ``Execute`` in two processes; configured as such (``c.Execute.timeout``…)."""

    call_limit: Any = Float(20.0, help="Seconds for one call of a student's function.").tag(
        config=True
    )
    first_call_limit: Any = Float(
        60.0, help="Seconds for the first call of each: some are compiled then."
    ).tag(config=True)
    training_limit: Any = Float(600.0, help="Seconds for one training of an end-to-end check.").tag(
        config=True
    )
    total_limit: Any = Float(
        900.0, help="Seconds for all that the code of one submission does: cells, calls, trainings."
    ).tag(config=True)
    output_limit: Any = Integer(2**20, help="Bytes of output that are kept of one cell.").tag(
        config=True
    )
    restarts: Any = Integer(20, help="How often a kernel that hangs or died is started again.").tag(
        config=True
    )
    # Nobody looks at widgets; what a submission says of them would be kept without a limit.
    store_widget_state: Any = Bool(False)

    @default("skip_cells_with_tag")
    def _no_tag_skips_a_cell(self) -> str:
        # A test cell that is skipped has no output, which nbgrader takes for success.
        return uuid.uuid4().hex

    @default("shutdown_kernel")
    def _no_last_words(self) -> str:
        # A submission's kernel has nothing to bring to an end that anybody would see.
        return "immediate"

    def create_kernel_manager(self) -> Any:
        """As in nbclient, with a client that loses no time and believes nothing."""
        manager = super().create_kernel_manager()
        manager.client_class = "autograder.execution.client.SubmissionClient"
        return manager

    def execute_job(self, job: Job) -> Record:
        """Execute all cells of a submission, the graded ones here and all others in one kernel.

        Raises
        ------
        JobError
            If this machine has other versions than the one that the job comes from, or if the
            course cannot grade the lab on it.
        """
        _refuse_other_versions(job)
        _refuse_what_has_an_obstacle(job)
        with memory_wall():
            try:
                return self._execute_once(job)
            except (RuntimeError, GraderError) as error:  # it did not even start
                self.log.warning("%s; the submission is executed once more", error)
                return self._execute_once(job)

    def _execute_once(self, job: Job) -> Record:
        started = time.monotonic()
        add_kernel_spec()
        self._job, self._subject = job, load_subject(job.subject)
        self._clock = Clock(self.total_limit)
        self._submission: KernelSubmission | None = None
        flood = FloodWatch(self._end_kernel)
        self._exchange = Exchange(self, flood.waiting)
        flood.start()
        try:
            with tempfile.TemporaryDirectory(dir=own_folder()) as name:
                notebook = self._execute_in(Path(name))
        finally:
            flood.finish()
        seconds = {"all": time.monotonic() - started, "student": self._clock.total}
        return Record(job.key, job.about, notebook, seconds | self._clock.told())

    def _execute_in(self, folder: Path) -> NotebookNode:
        """Execute the notebook of the job, with its files in this folder."""
        job, subject = self._job, self._subject
        job.lay_out(folder)
        root = Path(CourseDirectory(parent=self).root)
        with environment(job.environment, subject), mounted(mounts(job, subject, folder, root)):
            where = {"metadata": {"path": str(folder)}}
            notebook: NotebookNode = super().preprocess(job.read_notebook(), where)[0]
        return notebook

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade a graded cell; execute any other in the kernel, and survive what it does there."""
        if self._submission is None:
            self._submission = self._begin()
        if is_graded_code(cell):
            self._submission.code = self._job.code(before=index)
            cell.outputs = [run_graded(cell.source, self._submission)]
            cell.execution_count = None
        else:
            self._own.execute(cell, index)
        return cell, resources

    def _begin(self) -> KernelSubmission:
        """What is there for the whole submission, as soon as its kernel is."""
        restarts = Restarts(self._exchange, self._clock, self.restarts, self._greet, self.log)
        self._submission = KernelSubmission(
            self._exchange,
            self._job.seed,
            self._job.test_seed,
            Limits(self.call_limit, self.first_call_limit, self.training_limit),
            self._clock,
            self._job.subject,
            restarts.renew,
        )
        self._own = OwnCells(
            self, self._submission, restarts, self.output_limit, self._subject
        )
        self._greet()
        return self._submission

    def _greet(self) -> None:
        submission = self._submission
        assert submission is not None
        if submission.greeted or uses_library(self._job, self._subject):
            submission.greet(self._subject.imports)

    def _get_timeout(self, cell: NotebookNode | None) -> Any:
        limit = super()._get_timeout(cell)
        return limit if cell is None else self._own.limit(cell, limit)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Keep an output while the budget lasts; every message counts."""
        kind, budget = msg["msg_type"], self._own.budget
        if kind == "status":
            return super().process_message(msg, cell, cell_index)  # type: ignore[no-any-return]
        if not budget.allows(msg["size"]):
            budget.note_cut(cell.outputs)
        elif kind == NOISE:
            budget.note_unread(cell.outputs)
        elif kind in SHOWN:
            try:
                return super().process_message(  # type: ignore[no-any-return]
                    msg, cell, cell_index
                )
            except Exception as error:  # such as an update of what is not there any more
                self.log.debug("A kernel's message is left out: %r", error)
                budget.note_unread(cell.outputs)
        return None

    def _end_kernel(self) -> None:
        """End a kernel that sends too much; called by another thread."""
        provisioner: Any = getattr(self.km, "provisioner", None)
        if provisioner is not None and provisioner.pid:
            provisioner.excess = "messages"
            with contextlib.suppress(psutil.Error):
                psutil.Process(provisioner.pid).kill()


def _refuse_other_versions(job: Job) -> None:
    subject = load_subject(job.subject)
    here = {"checks": checks_version(subject, job.assignment), "libraries": libraries()}
    for name, version in here.items():
        wanted = getattr(job, name)
        if wanted != version:
            raise JobError(
                f"this machine has other {name} than the one that asks: {version}, not {wanted}."
                " Install the same grader, course and libraries on both"
            )


def _refuse_what_has_an_obstacle(job: Job) -> None:
    subject = load_subject(job.subject)
    with environment(job.environment, subject):
        if said := subject.obstacle(job.assignment, os.environ):
            raise JobError(said)
