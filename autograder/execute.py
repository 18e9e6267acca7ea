# mypy: disallow-subclassing-any=False
"""Runs a submission in two rooms: its own code in a kernel, graded cells in this process."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Float, Integer, default

from autograder import outputs_of_cells as outputs
from autograder.definitions import definitions
from autograder.graded_cells import run_graded
from autograder.notebooks import is_graded_code
from autograder.sandbox import Mounts, add_kernel_spec, mounted
from autograder.secret import course_secret, digest_of, seed_of

#: What a submission's kernel gets of the grader's environment, beside ``KDLAB_*``.
_PASSED_ON = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "TZ", "LANG")
_KEPT_BACK = ("KDLAB_COURSE_SECRET", "KDLAB_DATA_ROOT")


class ExecuteSubmission(Execute):
    """nbgrader's ``Execute`` with two rooms; configured as such (``c.Execute.timeout``…)."""

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

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Execute all cells, the graded ones here and all others in one kernel."""
        from autograder.checks.trainings import training_sets  # torch takes seconds to import
        from kdlab.profiles import read_settings

        add_kernel_spec()
        root = Path(CourseDirectory(parent=self).root)
        secret = course_secret(root)
        self._test_seed = seed_of(secret, "test images")
        self._seed = seed_of(secret, "inputs", digest_of(nb))
        self._room: Any = None
        self._left = self.restarts
        self._done: list[str] = []
        visible = training_sets(read_settings(cuda=False)).resolve()
        mounts = Mounts(
            working_folder=Path(resources["metadata"]["path"]),
            read_only={visible: str(visible)},
            hidden=(root,),
            environment=room_environment(os.environ),
        )
        with mounted(mounts):
            return super().preprocess(nb, resources, km)  # type: ignore[no-any-return]

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade a graded cell; execute any other in the kernel, and survive what it does there."""
        if self._room is None:
            self._room = self._new_room()
        if is_graded_code(cell):
            cell.outputs = [run_graded(cell.source, self._room)]
            cell.execution_count = None
        else:
            self._execute_in_kernel(cell, resources, index)
        if self._room.unresponsive:
            self._restart()
        return cell, resources

    def _execute_in_kernel(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> None:
        self._budget = outputs.Budget(self.output_limit)
        if self._room.unresponsive:
            outputs.say(cell, outputs.NOT_EXECUTED)
            return
        try:
            super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self._room.unresponsive = True
            outputs.say(cell, outputs.DIED)
        except TimeoutError:  # also nbclient's own: the outputs did not end either
            self._room.unresponsive = True
        if outputs.timed_out(cell):
            outputs.say(cell, outputs.TIME)
            if not self._room.unresponsive:
                self._room.unresponsive = not self._room.is_responsive()
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

    def _new_room(self) -> Any:
        from autograder.bridge import KernelRoom

        room = KernelRoom(
            self, self._seed, self._test_seed, self.call_limit, self.training_limit
        )
        if any("kdlab" in cell.source for cell in self.nb.cells):
            room.greet()  # a lab without it has nothing to ask that takes seconds to load
        return room

    def _restart(self) -> None:
        """Start the kernel again, and define there what was defined; nothing else runs twice."""
        if not self._left:
            return
        self._left -= 1
        self.log.warning("Restarting a kernel that hangs or died")
        run_sync(self._restart_kernel)()
        self._room = self._new_room()
        for source in self._done:
            again = NotebookNode(
                cell_type="code", source=definitions(source), metadata=NotebookNode(), outputs=[]
            )
            if again.source:
                self._budget = outputs.Budget(self.output_limit)
                try:
                    self.execute_cell(again, 0, store_history=False)
                except (DeadKernelError, TimeoutError):
                    self._room.unresponsive = True
                    return

    async def _restart_kernel(self) -> None:
        await self.km.restart_kernel(now=True)
        await self.kc.wait_for_ready(timeout=60)


def room_environment(outside: Mapping[str, str]) -> dict[str, str]:
    """The environment of a submission's kernel; its settings are the grader's, its data its own."""
    kept = {
        name: value
        for name, value in outside.items()
        if (name.startswith("KDLAB_") and name not in _KEPT_BACK) or name in _PASSED_ON
    }
    return {"KDLAB_PROFILE": "grading"} | {name: v for name, v in kept.items() if v}
