"""The client of a submission's kernel is ready when the kernel is."""

import asyncio
from queue import Empty

import pytest

from autograder.execution.client import SubmissionClient


class Scripted(SubmissionClient):
    """A client whose kernel says what the test has written down."""

    def __init__(self, shell, iopub=(), alive=True):
        super().__init__()
        self.said = {"shell": list(shell), "iopub": list(iopub)}
        self.living, self.questions = alive, 0

    def kernel_info(self):
        self.questions += 1

    async def is_alive(self):
        return self.living

    async def get_shell_msg(self, timeout):
        return self.next("shell")

    async def get_iopub_msg(self, timeout):
        return self.next("iopub")

    def next(self, channel):
        found = self.said[channel].pop(0) if self.said[channel] else None
        if found is None:
            raise Empty
        return {"msg_type": found}


def wait(client, timeout=5):
    asyncio.run(client.wait_for_ready(timeout))
    return client.questions


def test_an_answer_on_both_channels_is_enough():
    assert wait(Scripted(["kernel_info_reply"], ["status"])) == 1


@pytest.mark.parametrize(
    ("shell", "iopub"),
    [
        ([None, None, "kernel_info_reply"], ["status"]),
        (["kernel_info_reply"] * 3, [None, None, "status"]),
        (["execute_reply", "comm_info_reply", "kernel_info_reply"], ["status"]),
    ],
    ids=["silent", "not heard", "other answers"],
)
def test_otherwise_it_asks_again(shell, iopub):
    assert wait(Scripted(shell, iopub)) == 3


def test_a_dead_kernel_is_told_at_once():
    with pytest.raises(RuntimeError, match="died before it answered"):
        wait(Scripted([None], alive=False), timeout=None)


def test_a_silent_kernel_is_given_up():
    with pytest.raises(RuntimeError, match="did not answer within 0 seconds"):
        wait(Scripted([None]), timeout=0)
