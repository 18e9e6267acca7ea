"""The narrow way from the grader to the kernel that runs a submission.

The grader asks, the kernel answers, both in messages of plain data (`labkit.wire`). Whatever
the kernel says is a claim about the submission's code and nothing more: what is expected never goes
there, and no answer, however forged, is worth more than the numbers in it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from queue import Empty
from typing import Any

import numpy as np
from jupyter_core.utils import run_sync

from autograder.errors import GraderError
from labkit.judge.case import Case, Fault, Observation
from labkit.judge.messages import FAULTS
from labkit.rules import Code
from labkit.wire import ANSWER_TYPE, MessageError, pack, unpack

MOST_ENTRIES = 1000  # of an observation
GRACE = 5.0  # seconds that an interrupted kernel has to come back
ALIVE = 0.5  # seconds between two looks at whether the kernel lives
#: Reads the question from the request that the kernel is busy with. Free of names, which a
#: submission may have taken.
_CODE = (
    "__import__('IPython.display').display.display("
    "__import__('labkit.answer', fromlist=['answer']).answer("
    "__import__('IPython').get_ipython().kernel.get_parent('shell')['metadata']['question']))"
)


class KernelSubmission:
    """Asks the kernel that runs a submission; see `autograder.execution.submission.Submission`.

    Parameters
    ----------
    client : nbclient.NotebookClient
        With a running kernel.
    seed, test_seed, subject
        See `Submission`.
    call_limit, training_limit : float
        Seconds for a call of a student's function, and for a function of the students' library.
    """

    def __init__(
        self,
        client: Any,
        seed: int,
        test_seed: int | None,
        call_limit: float,
        training_limit: float,
        subject: str = "",
    ) -> None:
        self.client, self.seed, self.test_seed = client, seed, test_seed
        self.subject = subject
        self.call_limit, self.training_limit = call_limit, training_limit
        self.code: Code | None = None
        self.unresponsive = False
        self.seconds = 0.0  # that questions took to be answered
        self._hung: tuple[str, float] | None = None

    def greet(self, imports: Sequence[str] = ()) -> None:
        """Make sure that this kernel can answer, before it has run a line of the submission.

        Parameters
        ----------
        imports : sequence of str
            Modules that answers will need: later, a submission may have replaced builtins.
        """
        said = self._ask({"do": "hello", "imports": list(imports)}, 120)
        if isinstance(said, Fault):
            raise GraderError(f"The kernel for student code does not answer ({said}).")

    def is_responsive(self) -> bool:
        """Whether the kernel answers at all, within a few seconds."""
        return not isinstance(self._ask({"do": "hello", "imports": []}, 2 * GRACE), Fault)

    def observe(self, name: str, case: Case) -> Observation:
        """What the student's function or class does with a case."""
        if self._hung and self._hung[0] == name:
            # It did not come back from an earlier case; it gets no second chance to take its time.
            return Observation(fault=Fault("time", {"seconds": self._hung[1]}))
        question = {"do": "observe", "name": name, "case": case, "device": "cpu"}
        seen = self._ask(question, self.call_limit)
        if isinstance(seen, Fault) and seen.kind == "time":
            self._hung = (name, self.call_limit)
        if isinstance(seen, Fault):
            return Observation(fault=seen)
        return seen if isinstance(seen, Observation) else Observation(fault=_malformed("no answer"))

    def run(self, function: str, **arguments: Any) -> Any:
        """What a function of the students' library makes of the submission's names."""
        question = {"do": "run", "function": function, "arguments": arguments}
        return self._ask(question, self.training_limit)

    def call(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """What a function returns for data; a `Fault` if it returns nothing that is data."""
        question = {"do": "call", "name": name, "arguments": list(arguments), "keywords": keywords}
        found = self._ask(question, self.call_limit)
        return found["returned"] if isinstance(found, dict) and "returned" in found else found

    def _ask(self, question: Mapping[str, Any], limit: float) -> Any:
        """The answer, or the fault that stands for it."""
        if self.unresponsive:
            return Fault("died")
        nonce = secrets.token_hex(16)
        message = pack({**question, "nonce": nonce})
        started = time.monotonic()
        try:
            found = run_sync(self._exchange)(message, nonce, limit)
        except TimeoutError:
            return Fault("time", {"seconds": limit})
        finally:
            self.seconds += time.monotonic() - started
        return _believable(found)

    async def _exchange(self, message: str, nonce: str, limit: float) -> Any:
        """Send a question and wait until the kernel is idle again."""
        client, until = self.client.kc, time.monotonic() + limit
        # Silent: no hook runs, nothing is remembered as `In` or `Out`.
        content = {"code": _CODE, "silent": True, "store_history": False, "allow_stdin": False}
        # Beside the code and not in it: IPython takes 0.4 s to read a training's weights.
        request = client.session.msg("execute_request", content, metadata={"question": message})
        client.shell_channel.send(request)
        asked = request["header"]["msg_id"]
        answer: Any = Fault("silent")
        while True:
            try:
                heard = await client.get_iopub_msg(timeout=ALIVE)
            except Empty:
                heard = None
                if not await self.client.km.is_alive():
                    self.unresponsive = True
                    return Fault("died")
            if time.monotonic() > until:
                await self._interrupt(asked)
                raise TimeoutError
            if heard is None or heard["parent_header"].get("msg_id") != asked:
                continue
            kind, content = heard["msg_type"], heard["content"]
            if kind == "display_data" and ANSWER_TYPE in content.get("data", {}):
                said = _read(content["data"][ANSWER_TYPE], nonce)
                # The first answer counts; whatever comes with another nonce is not one.
                if said is not None and isinstance(answer, Fault) and answer.kind == "silent":
                    answer = said
            elif kind == "status" and content.get("execution_state") == "idle":
                break
        await self._take_reply(asked, until)
        return answer

    async def _take_reply(self, asked: str, until: float) -> None:
        """Take the reply off the shell channel, so that it does not pile up there."""
        while time.monotonic() < until:
            try:
                reply = await self.client.kc.get_shell_msg(timeout=ALIVE)
            except Empty:
                return
            if reply["parent_header"].get("msg_id") == asked:
                return

    async def _interrupt(self, asked: str) -> None:
        """Interrupt the kernel; one that does not come back is marked for a restart."""
        await self.client.km.interrupt_kernel()
        until = time.monotonic() + GRACE
        while time.monotonic() < until:
            try:
                heard = await self.client.kc.get_iopub_msg(timeout=ALIVE)
            except Empty:
                continue
            same = heard["parent_header"].get("msg_id") == asked
            if same and heard["content"].get("execution_state") == "idle":
                return
        self.unresponsive = True


def _read(text: Any, nonce: str) -> Any:
    """An answer to the question with this nonce; None for anything else."""
    try:
        said = unpack(text)
    except MessageError as error:
        return _malformed(str(error))
    if not isinstance(said, dict) or said.get("nonce") != nonce or "answer" not in said:
        return None
    return said["answer"]


def _believable(found: Any) -> Any:
    """An answer whose faults and numbers are of the kinds that there are."""
    if isinstance(found, Fault):
        return found if _is_fault(found) else _malformed("no such fault")
    if isinstance(found, Observation):
        return _observation(found) or Observation(fault=_malformed("entries that are no numbers"))
    return found


def _observation(found: Observation) -> Observation | None:
    """The observation with its numbers as float64; None if it holds something else."""
    entries = found.entries
    if not isinstance(entries, dict) or len(entries) > MOST_ENTRIES:
        return None
    if found.fault is not None and not _is_fault(found.fault):
        return None
    if not all(isinstance(entry, np.ndarray) or _is_fault(entry) for entry in entries.values()):
        return None
    return Observation(
        {n: e.astype(np.float64) if isinstance(e, np.ndarray) else e for n, e in entries.items()},
        found.fault,
    )


def _is_fault(fault: Any) -> bool:
    """Whether it can be put into words: a known kind, with the details that its text needs."""
    if not isinstance(fault, Fault) or not isinstance(fault.details, dict):
        return False
    if fault.kind not in FAULTS or not all(map(_is_detail, fault.details.items())):
        return False
    try:
        FAULTS[fault.kind].fill(**fault.details)
    except LookupError:
        return False
    return True


def _is_detail(detail: tuple[Any, Any]) -> bool:
    """A name with a short text, a number, or short texts in a list; ``line`` is an integer."""
    name, value = detail
    if name == "line":
        return type(value) is int
    several = value if isinstance(value, list) else [value]
    short = all(isinstance(v, str | int | float) and len(str(v)) <= 500 for v in several)
    return isinstance(name, str) and short and len(several) <= 50


def _malformed(message: str) -> Fault:
    return Fault("malformed", {"message": message})
