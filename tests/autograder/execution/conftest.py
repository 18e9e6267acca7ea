"""A kernel that says what a test makes it say, and a bridge to it."""

import asyncio
from queue import Empty

import pytest
from jupyter_client.session import Session

from autograder.execution.asking import Exchange
from autograder.execution.bridge import KernelSubmission, Limits
from autograder.execution.clock import Clock
from labkit.answer import ANSWER_TYPE
from labkit.wire import pack, unpack

IDLE = ("status", {"execution_state": "idle"}, None)


class Kernel:
    """A kernel's client and manager that say what a test makes them say.

    ``script(question)`` gives the contents of the messages that follow a question; None stands for
    half a second of silence, ``"dies"`` for the kernel's end.
    """

    def __init__(self, script, heeds_interrupts=True):
        self.script, self.heeds_interrupts = script, heeds_interrupts
        self.kc = self.km = self.shell_channel = self
        self.session = Session()
        self.queue, self.asked, self.interrupted = [], [], 0
        self.alive, self.fresh = True, []

    def send(self, request):
        assert request["header"]["msg_type"] == "execute_request"
        content = request["content"]
        assert content["silent"] and not content["store_history"] and not content["allow_stdin"]
        self.asked.append(unpack(request["metadata"]["question"]))
        assert len(content["code"]) < 500  # IPython takes its time to read a long one
        self.id = request["header"]["msg_id"]
        self.queue = list(self.script(self.asked[-1]))

    async def get_iopub_msg(self, timeout):
        if self.queue and self.queue[0] == "dies":
            self.queue, self.alive = [], False
        if not self.queue or self.queue[0] is None:
            del self.queue[:1]
            await asyncio.sleep(0.02)
            raise Empty
        kind, content, parent = self.queue.pop(0)
        parents = {"msg_id": parent or self.id}
        size = 100 + len(str(content))
        return {"msg_type": kind, "content": content, "parent_header": parents, "size": size}

    async def get_shell_msg(self, timeout):
        return {"parent_header": {"msg_id": self.id}}

    async def is_alive(self):
        return self.alive

    async def interrupt_kernel(self):
        self.interrupted += 1
        self.queue = [IDLE] if self.heeds_interrupts else []


class Scripts:
    """Ways of a kernel to answer."""

    idle, Kernel = IDLE, Kernel

    @staticmethod
    def shown(text, parent=None):
        """The message of an output with an answer."""
        return ("display_data", {"data": {ANSWER_TYPE: text}}, parent)

    @classmethod
    def honest(cls, answer):
        """A script that answers each question with this."""
        return lambda asked: [cls.shown(pack({"nonce": asked["nonce"], "answer": answer})), IDLE]

    @classmethod
    def bridge(cls, script, limit=1.0, total=900.0, fresh=20, **more):
        """A bridge to a kernel; `fresh` others may follow it, whose care is noted."""
        kernel = Kernel(script, **more)
        exchange = Exchange(kernel)

        def renew(careful):
            kernel.fresh.append(careful)
            kernel.alive, exchange.unresponsive = len(kernel.fresh) <= fresh, False
            return kernel.alive

        limits = Limits(call=limit, first_call=limit, training=limit)
        made = KernelSubmission(exchange, 1, 2, limits, Clock(total), renew=renew)
        made.greeted = True
        return made


@pytest.fixture(scope="session")
def scripts():
    """Ways of a kernel to answer, and bridges to such kernels."""
    return Scripts
