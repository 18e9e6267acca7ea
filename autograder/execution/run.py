"""Runs a submission: its own code in a kernel, graded cells in this process."""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Float, Integer, default

from autograder.errors import GraderError
from autograder.execution import budget as outputs
from autograder.execution.graded_cells import run_graded
from autograder.execution.kernel_view import environment, mounts, uses_library
from autograder.execution.redefine import definitions
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
    training_limit: Any = Float(600.0, help="Seconds for one training of an end-to-end check.").tag(
        config=True
    )
    output_limit: Any = Integer(2**20, help="Bytes of output that are kept of one cell.").tag(
        config=True
    )
    restarts: Any = Integer(3, help="How often a kernel that hangs or died is started again.").tag(
        config=True
    )

    @default("skip_cells_with_tag")
    def _no_tag_skips_a_cell(self) -> str:
        # A test cell that is skipped has no output, which nbgrader takes for success.
        return uuid.uuid4().hex

    @default("shutdown_kernel")
    def _no_last_words(self) -> str:
        # A submission's kernel has nothing to bring to an end that anybody would see.
        return "immediate"

    def create_kernel_manager(self) -> Any:
        """As in nbclient, with a client that loses no time."""
        manager = super().create_kernel_manager()
        manager.client_class = "autograder.execution.client.SubmissionClient"
        return manager

    def execute_job(self, job: Job) -> Record:
        """Execute all cells of a submission, the graded ones here and all others in one kernel.

        Raises
        ------
        JobError
            If this machine has other versions than the one that the job comes from.
        """
        _refuse_other_versions(job)
        try:
            record = self._execute_once(job)
        except (RuntimeError, GraderError) as error:  # it did not even start
            self.log.warning("%s; the submission is executed once more", error)
            return self._execute_once(job)
        if self._killed:
            # By its own code, or by somebody on this machine: only the first will happen again.
            self.log.warning("A kernel was killed; the submission is executed once more")
            record = self._execute_once(job)
        return record

    def _execute_once(self, job: Job) -> Record:
        started = time.monotonic()
        add_kernel_spec()
        self._job, self._left, self._killed = job, self.restarts, False
        self._subject = load_subject(job.subject)
        self._submission: Any = None
        self._done: list[str] = []
        self._student_seconds = 0.0
        with tempfile.TemporaryDirectory(dir=own_folder()) as name:
            folder = Path(name)
            job.lay_out(folder)
            root = Path(CourseDirectory(parent=self).root)
            subject = self._subject
            with environment(job.environment, subject), mounted(mounts(job, subject, folder, root)):
                where = {"metadata": {"path": str(folder)}}
                notebook, _ = super().preprocess(job.read_notebook(), where)
        seconds = {"all": time.monotonic() - started, "student": self._student_seconds}
        return Record(job.key, job.about, notebook, seconds)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade a graded cell; execute any other in the kernel, and survive what it does there."""
        if self._submission is None:
            self._submission = self._new_submission()
        if is_graded_code(cell):
            asked_before = self._submission.seconds
            self._submission.code = self._job.code(before=index)
            cell.outputs = [run_graded(cell.source, self._submission)]
            self._student_seconds += self._submission.seconds - asked_before
            cell.execution_count = None
        else:
            self._execute_in_kernel(cell, resources, index)
        if self._submission.unresponsive:
            self._restart()
        return cell, resources

    def _execute_in_kernel(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> None:
        self._budget = outputs.Budget(self.output_limit)
        if self._submission.unresponsive:
            outputs.say(cell, outputs.NOT_EXECUTED)
            return
        started = time.monotonic()
        try:
            super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self._submission.unresponsive = True
            outputs.say(cell, outputs.DIED)
        except TimeoutError:  # also nbclient's own: the outputs did not end either
            self._submission.unresponsive = True
        self._student_seconds += time.monotonic() - started
        if outputs.timed_out(cell):
            outputs.say(cell, outputs.TIME)
            if not self._submission.unresponsive:
                self._submission.unresponsive = not self._submission.is_responsive()
        elif cell.cell_type == "code":
            self._done.append(cell.source)

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str, cell_index: int
    ) -> NotebookNode | None:
        """Keep an output while there is room for it."""
        if not self._budget.allows(msg["content"]):
            self._budget.say_once(outs)
            return None
        return super().output(outs, msg, display_id, cell_index)  # type: ignore[no-any-return]

    def _new_submission(self) -> Any:
        from autograder.execution.bridge import KernelSubmission

        submission = KernelSubmission(
            self,
            self._job.seed,
            self._job.test_seed,
            self.call_limit,
            self.training_limit,
            self._job.subject,
        )
        if uses_library(self._job, self._subject):
            submission.greet(self._subject.imports)
        return submission

    def _restart(self) -> None:
        """Start the kernel again, and define there what was defined; nothing else runs twice."""
        self._killed |= self._was_killed()
        if not self._left:
            return
        self._left -= 1
        self.log.warning("Restarting a kernel that hangs or died")
        run_sync(self._restart_kernel)()
        self._submission = self._new_submission()
        for source in self._done:
            again = NotebookNode(
                cell_type="code", source=definitions(source), metadata=NotebookNode(), outputs=[]
            )
            if again.source:
                self._budget = outputs.Budget(self.output_limit)
                try:
                    self.execute_cell(again, 0, store_history=False)
                except (DeadKernelError, TimeoutError):
                    self._submission.unresponsive = True
                    return

    def _was_killed(self) -> bool:
        """Whether the kernel is gone, and not because it ran into a limit."""
        gone = not run_sync(self.km.is_alive)()
        return gone and not getattr(self.km.provisioner, "excess", None)

    async def _restart_kernel(self) -> None:
        await self.km.restart_kernel(now=True)
        await self.kc.wait_for_ready(timeout=60)


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
