"""Executes the cells that are not graded in the kernel, and survives what they do there."""

from __future__ import annotations

import ast
import time
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograder.execution import budget as outputs
from autograder.execution.asking import DIED, IDLE, TIME
from autograder.execution.bridge import KernelSubmission
from autograder.execution.redefine import Ran
from autograder.execution.restarting import Restarts
from autograder.subject import Subject


class OwnCells:
    """The cells of one submission that its own kernel executes.

    Parameters
    ----------
    client : nbclient.NotebookClient
        Executes one cell after the other.
    submission : KernelSubmission
    restarts : Restarts
        Is told what ran.
    output_limit : int
        Bytes of output that are kept of one cell.
    subject : Subject
        Knows what the functions of exercises are called.

    Attributes
    ----------
    budget : Budget
        For the outputs of the cell that runs.
    """

    def __init__(
        self,
        client: Any,
        submission: KernelSubmission,
        restarts: Restarts,
        output_limit: int,
        subject: Subject,
    ) -> None:
        self._client, self._submission, self._restarts = client, submission, restarts
        self._clock, self._subject = submission.clock, subject
        self._output_limit, self._room = output_limit, outputs.MOST_OUTPUT
        self.budget = outputs.Budget(0)

    def execute(self, cell: NotebookNode, number: int) -> None:
        """Execute a cell; what stood in its way is said among its outputs.

        A cell in which the kernel died is tried once more in a fresh one, unless it died of too
        much of something: another one may have killed it, and then it is not the cell's fault.
        """
        if not cell.source.strip():
            return
        cell.outputs = []
        if not self._clock.left:
            outputs.say(cell, "\n".join(self._clock.text()))
            return
        if self._submission.unresponsive and not self._submission.renew():
            outputs.say(cell, outputs.NOT_EXECUTED)
            return
        started = time.monotonic()
        ended = self._try(cell, number)
        if ended == DIED and not self._excess() and self._submission.renew():
            started = time.monotonic()
            ended = self._try(cell, number)
        if ended == DIED:
            outputs.say(cell, outputs.DIED)
        elif ended == TIME:
            self._tell_of_time(cell)
        self._room -= self.budget.used
        ran = Ran(cell.source, time.monotonic() - started, ended == IDLE)
        self._restarts.cells.append(ran)

    def limit(self, cell: NotebookNode, limit: float | None) -> float:
        """Seconds that a cell may take, where the configuration has a limit or none."""
        if _checked(cell.source):
            limit = self._submission.limits.first_call
        return self._clock.left if limit is None else self._clock.limited(limit)

    def _try(self, cell: NotebookNode, number: int) -> str:
        """Execute it; how that ended, as in `autograder.execution.asking`."""
        self.budget = outputs.Budget(min(self._output_limit, self._room))
        exchange = self._submission.exchange
        with self._clock.counting(_place(cell, number)), exchange.waiting():
            try:
                self._client.execute_cell(cell, number, store_history=True)
            except DeadKernelError:
                exchange.unresponsive = True
                return DIED
            except TimeoutError:  # nbclient's own: the cell has ended, its outputs did not
                self.budget.note_cut(cell.outputs)
                exchange.unresponsive = not self._submission.is_responsive()
                return IDLE
        if not outputs.timed_out(cell):
            return IDLE
        exchange.unresponsive = not self._submission.is_responsive()
        return TIME

    def _tell_of_time(self, cell: NotebookNode) -> None:
        self._clock.hit = True
        left = self._clock.left
        outputs.say(cell, outputs.TIME if left else "\n".join(self._clock.text()))
        tried = set(_checked(cell.source))
        if tried and left:
            for exercise in self._subject.exercises():
                name = getattr(exercise, "name", "")  # those that are measured have none
                if exercise.id in tried and name:
                    self._submission.notice_timeout(name)

    def _excess(self) -> bool:
        """Whether the kernel was killed for what it used."""
        return bool(getattr(self._client.km.provisioner, "excess", None))


def _place(cell: NotebookNode, number: int) -> str:
    """What a cell is called where it is told how long it took: its number and its first line."""
    first = cell.source.strip().splitlines()[0]
    return f"cell {number + 1} ({first[:40]})"


def _checked(source: str) -> list[str]:
    """The exercises that a cell tries, if it does nothing else: ``check("2-2")``."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    for statement in body:
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Name(id="check") | ast.Attribute(attr="check"),
                    args=[ast.Constant(value=str(exercise)), *_],
                )
            ):
                found.append(exercise)
            case _:
                return []
    return found
