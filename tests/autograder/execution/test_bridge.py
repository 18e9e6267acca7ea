"""What the grader believes of what a kernel says, and what it does when a kernel says nothing."""

import asyncio
import json
import time
from queue import Empty

import numpy as np
import pytest
from jupyter_client.session import Session

from autograder.errors import GraderError
from autograder.execution import bridge
from autograder.execution.bridge import KernelSubmission
from labkit.answer import ANSWER_TYPE
from labkit.judge.case import Case, Fault, Observation
from labkit.wire import pack, unpack


class Kernel:
    """A kernel's client and manager that say what a test makes them say.

    ``script(question)`` gives the contents of the messages that follow a question; None stands for
    half a second of silence.
    """

    def __init__(self, script, dies=False, heeds_interrupts=True):
        self.script, self.dies, self.heeds_interrupts = script, dies, heeds_interrupts
        self.kc = self.km = self.shell_channel = self
        self.session = Session()
        self.queue, self.asked, self.interrupted = [], [], 0

    def send(self, request):
        assert request["header"]["msg_type"] == "execute_request"
        content = request["content"]
        assert content["silent"] and not content["store_history"] and not content["allow_stdin"]
        self.asked.append(unpack(request["metadata"]["question"]))
        assert len(content["code"]) < 500  # IPython takes its time to read a long one
        self.id = request["header"]["msg_id"]
        self.queue = list(self.script(self.asked[-1]))

    async def get_iopub_msg(self, timeout):
        if not self.queue or self.queue[0] is None:
            del self.queue[:1]
            await asyncio.sleep(0.05)
            raise Empty
        kind, content, parent = self.queue.pop(0)
        parent_header = {"msg_id": parent or self.id}
        return {"msg_type": kind, "content": content, "parent_header": parent_header}

    async def get_shell_msg(self, timeout):
        return {"parent_header": {"msg_id": self.id}}

    async def is_alive(self):
        return not self.dies

    async def interrupt_kernel(self):
        self.interrupted += 1
        self.queue = [IDLE] if self.heeds_interrupts else []


IDLE = ("status", {"execution_state": "idle"}, None)


def shown(text, parent=None):
    return ("display_data", {"data": {ANSWER_TYPE: text}}, parent)


def honest(answer):
    """A script that answers each question with this."""
    return lambda asked: [shown(pack({"nonce": asked["nonce"], "answer": answer})), IDLE]


def room(script, limit=1.0, **more):
    return KernelSubmission(Kernel(script, **more), 1, 2, call_limit=limit, training_limit=limit)


CASE = Case("call", {"x": np.ones(3)})


def test_numbers_arrive_as_float64():
    seen = room(honest(Observation({"value": np.float32(0.5)[None], "n": np.array([3])})))
    entries = seen.observe("f", CASE).entries
    assert entries["value"].tolist() == [0.5]
    assert {entry.dtype for entry in entries.values()} == {np.dtype(np.float64)}


def test_what_is_asked_holds_the_case_and_nothing_that_is_expected():
    there = room(honest(Observation()))
    there.observe("soft_targets_loss", CASE)
    (asked,) = there.client.asked
    assert set(asked) == {"do", "name", "case", "device", "nonce"}
    assert asked["case"].arguments["x"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (lambda asked: [IDLE], "silent"),
        (lambda asked: [shown(pack({"nonce": "0" * 32, "answer": 1})), IDLE], "silent"),
        (lambda asked: [shown("no message"), IDLE], "malformed"),
        (lambda asked: [shown(None), IDLE], "malformed"),
        (lambda asked: [shown(json.dumps([1])), IDLE], "malformed"),
        (lambda asked: [shown(pack({"answer": Observation()}), "another"), IDLE], "silent"),
        (honest(3.0), "malformed"),
        (honest(Fault("no such kind")), "malformed"),
        (honest(Fault("time")), "malformed"),
        (honest(Fault("raised", {"type": "a", "message": "b", "line": "3"})), "malformed"),
        (honest(Fault("raised", {"type": "a" * 1000, "message": "b"})), "malformed"),
        (honest(Fault("raised", {"type": "E", "message": "m"})), "raised"),
        (honest(Fault("none")), "none"),
    ],
)
def test_what_is_no_observation_is_a_fault(script, kind):
    assert room(script).observe("f", CASE).fault.kind == kind


@pytest.mark.parametrize(
    "entries", [{"value": "0.5"}, {"value": [1.0]}, {str(n): np.zeros(1) for n in range(1001)}]
)
def test_entries_that_are_no_numbers_are_refused(entries):
    assert room(honest(Observation(entries))).observe("f", CASE).fault.kind == "malformed"


def test_the_first_answer_counts():
    def twice(asked):
        for value in (1.0, 2.0):
            seen = Observation({"value": np.array([value])})
            yield shown(pack({"nonce": asked["nonce"], "answer": seen}))
        yield IDLE

    assert room(twice).observe("f", CASE).entries["value"] == 1.0


def test_a_call_that_does_not_end_is_interrupted_and_not_tried_again():
    there = room(lambda asked: [None] * 100, limit=0.2)
    first, second = (there.observe("endless", CASE) for _ in range(2))
    assert first.fault == second.fault == Fault("time", {"seconds": 0.2})
    assert len(there.client.asked) == there.client.interrupted == 1
    assert not there.unresponsive
    other = there.observe("another", CASE)
    assert other.fault.kind == "time"
    assert len(there.client.asked) == 2


def test_a_kernel_that_ignores_interrupts_is_given_up(monkeypatch):
    monkeypatch.setattr(bridge, "GRACE", 0.2)
    there = room(lambda asked: [None] * 100, limit=0.2, heeds_interrupts=False)
    there.observe("endless", CASE)
    assert there.unresponsive
    started = time.monotonic()
    assert there.observe("another", CASE).fault.kind == "died"
    assert time.monotonic() - started < 0.1


def test_a_kernel_that_died_is_noticed():
    there = room(lambda asked: [], limit=60, dies=True)
    assert there.observe("f", CASE).fault.kind == "died"
    assert there.unresponsive


def test_an_endless_flood_of_messages_ends_at_the_limit():
    there = room(lambda asked: [("stream", {}, None)] * 100_000, limit=0.3)
    assert there.observe("f", CASE).fault.kind == "time"


def test_a_kernel_that_cannot_answer_at_first_is_the_graders_fault():
    room(honest("hello")).greet()
    with pytest.raises(GraderError, match="does not answer"):
        room(lambda asked: [IDLE]).greet()


def test_functions_of_the_library_are_called_with_data_and_give_data():
    weights = {"a.weight": np.ones((2, 3), np.float32)}
    there = room(honest(weights))
    found = there.run("library.training:train", start=weights, epochs=1)
    assert np.array_equal(found["a.weight"], weights["a.weight"])
    asked = there.client.asked[0]
    assert (asked["function"], asked["arguments"]["epochs"]) == ("library.training:train", 1)
    assert asked["arguments"]["start"]["a.weight"].shape == (2, 3)
    assert room(honest(Fault("none"))).run("library.training:train") == Fault("none")


def test_functions_can_be_called_with_data():
    there = room(honest({"returned": 9}))
    assert there.call("square", 3, twice=True) == 9
    assert there.client.asked[0]["arguments"] == [3]
    assert room(honest(Fault("none"))).call("square", 3) == Fault("none")
