"""The narrow way from the grader to the kernel that runs a submission.

The grader asks, the kernel answers, both in messages of plain data (`labkit.wire`). Whatever
the kernel says is a claim about the submission's code and nothing more: what is expected never goes
there, and no answer, however forged, is worth more than the numbers in it.

A question that gets no answer is asked once more, where the kernel died or said what nobody can
read, in a fresh kernel. Whose fault that was shows then: a function that does it again gets no
further question, and the other functions get theirs.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from autograder.errors import GraderError
from autograder.execution import asking
from autograder.execution.asking import Exchange, Message
from autograder.execution.believing import Believer, malformed
from autograder.execution.clock import Clock
from labkit.judge.case import Case, Fault, Observation
from labkit.rules import Code
from labkit.wire import ANSWER_TYPE, MOST_BYTES, pack

#: Reads the question from the request that the kernel is busy with. Free of names, which a
#: submission may have taken.
_CODE = (
    "__import__('IPython.display').display.display("
    "__import__('labkit.answer', fromlist=['answer']).answer("
    "__import__('IPython').get_ipython().kernel.get_parent('shell')['metadata']['question']))"
)
MOST_SHOWN = 50  # of the outputs among which an answer is looked for
GREETING = 120.0  # seconds, in which a kernel may have to import torch
#: Faults that stand for no answer: they say something of the kernel, or of this very question.
UNANSWERED = ("died", "malformed", "silent", "time")


@dataclass(frozen=True)
class Limits:
    """Seconds for single questions.

    Attributes
    ----------
    call, first_call : float
        For a call of a student's function, and for the first one of each.
    training : float
        For a function of the students' library.
    """

    call: float
    first_call: float
    training: float


def _no_fresh_kernel(careful: bool) -> bool:
    return False


class KernelSubmission:
    """Asks the kernel that runs a submission; see `autograder.execution.submission.Submission`.

    Parameters
    ----------
    exchange : Exchange
        With its kernel.
    seed, test_seed, subject
        See `Submission`.
    limits : Limits
    clock : Clock
        Of the time for all of the submission.
    renew : callable
        Starts a fresh kernel that has what the cells defined, `careful` or not (see
        `autograder.execution.redefine`); returns whether there is one.

    Attributes
    ----------
    greeted : bool
        Whether a kernel has been told to import what answers need: that takes seconds, and is not
        the submission's time.
    """

    def __init__(
        self,
        exchange: Exchange,
        seed: int,
        test_seed: int | None,
        limits: Limits,
        clock: Clock,
        subject: str = "",
        renew: Callable[[bool], bool] = _no_fresh_kernel,
    ) -> None:
        self.exchange, self.limits, self.clock = exchange, limits, clock
        self.seed, self.test_seed, self.subject = seed, test_seed, subject
        self._renew = renew
        self.code: Code | None = None
        self._believer = Believer()
        self._known: set[str] = set()  # functions that have answered
        self._troubles: Counter[tuple[str, str]] = Counter()  # by function and kind of fault
        self._given_up: dict[str, Fault] = {}
        self._hanging: set[str] = set()
        self._careful = self.greeted = False

    @property
    def unresponsive(self) -> bool:
        """Whether there has to be a fresh kernel before anything else."""
        return self.exchange.unresponsive

    def greet(self, imports: Sequence[str] = ()) -> None:
        """Make sure that this kernel can answer, before it has run a line of the submission.

        Parameters
        ----------
        imports : sequence of str
            Modules that answers will need: later, a submission may have replaced builtins.
        """
        self.greeted = True
        said = self._ask({"do": "hello", "imports": list(imports)}, GREETING)
        if isinstance(said, Fault):
            raise GraderError(f"The kernel for student code does not answer ({said}).")

    def is_responsive(self) -> bool:
        """Whether the kernel answers at all, within a few seconds."""
        said = self._ask({"do": "hello", "imports": []}, 2 * asking.GRACE)
        return not isinstance(said, Fault)

    def observe(self, name: str, case: Case) -> Observation:
        """What the student's function or class does with a case."""
        question = {"do": "observe", "name": name, "case": case, "device": "cpu"}
        seen = self._answer(name, question, Observation)
        return seen if isinstance(seen, Observation) else Observation(fault=seen)

    def run(self, function: str, **arguments: Any) -> Any:
        """What a function of the students' library makes of the submission's names."""
        question = {"do": "run", "function": function, "arguments": arguments}
        return self._answer(function, question, object, self.limits.training)

    def call(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """What a function returns for data; a `Fault` if it returns nothing that is data."""
        question = {"do": "call", "name": name, "arguments": list(arguments), "keywords": keywords}
        found = self._answer(name, question, object)
        return found["returned"] if isinstance(found, dict) and "returned" in found else found

    def notice_timeout(self, name: str) -> None:
        """A cell that only tries this function ran into its limit."""
        self._troubles[name, "time"] += 1

    def renew(self, careful: bool = False) -> bool:
        """Go on in a fresh kernel; whether there is one."""
        renewed = self._renew(careful or self._careful)
        if renewed:
            self._disarm()
        return renewed and not self.unresponsive

    def _disarm(self) -> None:
        """Tell the kernel which functions are not to be called any more."""
        for name in sorted(self._hanging):
            self._ask({"do": "disarm", "name": name}, asking.GRACE)

    def _answer(
        self, name: str, question: Mapping[str, Any], wanted: type, limit: float | None = None
    ) -> Any:
        """The answer about a function, if need be at another attempt."""
        while name not in self._given_up:
            if not self.clock.left:
                return self.clock.fault()
            if self.unresponsive and not self.renew():
                return Fault("died")
            if not self.greeted:
                self.greeted = True
                self._ask({"do": "hello", "imports": []}, GREETING)
            found = self._ask(question, limit or self._limit(name), name.rpartition(":")[2])
            if not isinstance(found, wanted | Fault):
                found = malformed("no answer to this question")
            if not isinstance(found, Fault) or found.kind not in UNANSWERED:
                self._known.add(name)
                # It was not this function that killed the kernel, but what the cells do.
                self._careful |= self._troubles[name, "died"] == 2
                return found
            if not self._has_another_try(name, found, is_training=limit is not None):
                self._given_up[name] = found
        return self._given_up[name]

    def _has_another_try(self, name: str, fault: Fault, is_training: bool) -> bool:
        """Whether to ask again; the kernel is the right one for that then."""
        self._troubles[name, fault.kind] += 1
        times = self._troubles[name, fault.kind]
        if fault.kind == "time":
            self.clock.hit = True
            if times == 1 and not is_training:
                return True
            if not is_training:
                self._hanging.add(name)
                self._disarm()
            return False
        if times == 1:
            return self.renew()
        # That kernel did all over again what the cells did; if it died of that, one that only
        # defines does not.
        return fault.kind == "died" and times == 2 and not self._careful and self.renew(True)

    def _limit(self, name: str) -> float:
        tried = name in self._known or self._troubles[name, "time"]
        return self.limits.call if tried else self.limits.first_call

    def _ask(self, question: Mapping[str, Any], limit: float, place: str = "") -> Any:
        """The answer, or the fault that stands for it."""
        if self.unresponsive:
            return Fault("died")
        nonce = secrets.token_hex(16)
        shown: list[Any] = []

        def listen(message: Message) -> None:
            data = message["content"].get("data", {})
            fits = sum(len(text) for text in shown) <= MOST_BYTES and len(shown) < MOST_SHOWN
            if message["msg_type"] == "display_data" and ANSWER_TYPE in data and fits:
                shown.append(data[ANSWER_TYPE])

        with self.clock.counting(place) if place else nullcontext():
            # Beside the code and not in it: IPython takes 0.4 s to read a training's weights.
            metadata = {"question": pack({**question, "nonce": nonce})}
            limit = self.clock.limited(limit) if place else limit
            ended = self.exchange.run(_CODE, limit, listen, metadata)
        if ended == asking.TIME:
            return Fault("time", {"seconds": round(limit)})
        if ended == asking.DIED:
            return Fault("died")
        if ended == asking.FLOOD:
            return malformed("more than anybody would read")
        # The first answer counts; whatever comes with another nonce is not one.
        said = (self._believer.read(text, nonce) for text in shown)
        return next((each for each in said if each is not None), Fault("silent"))
