"""The client of a submission's kernel, ready as soon as the kernel is."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from traitlets import Type

from autograder.execution.hearing import StrangersChannel, limit_sockets


class SubmissionClient(AsyncKernelClient):
    """Jupyter's own client, which does not go on listening to a kernel that is ready.

    Jupyter's waits until the kernel has been silent for 0.2 seconds, so that nobody takes what it
    said before for an answer. Here everybody who asks looks for the answer to that very question.

    It hears nothing but what `autograder.execution.hearing` makes of what comes, and nothing at all
    on the channel on which a kernel asks for input: nobody would answer.
    """

    shell_channel_class: Any = Type(StrangersChannel)
    iopub_channel_class: Any = Type(StrangersChannel)
    control_channel_class: Any = Type(StrangersChannel)

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = True,
        control: bool = True,
    ) -> None:
        """As Jupyter's, without the channel for input."""
        limit_sockets(self)
        super().start_channels(shell=shell, iopub=iopub, stdin=False, hb=hb, control=control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it shows arrives here.

        Parameters
        ----------
        timeout : float, optional
            Seconds; without it there is no end.

        Raises
        ------
        RuntimeError
            If the kernel dies, or does not answer in time.
        """
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("The kernel died before it answered")
            if time.monotonic() > until:
                raise RuntimeError(f"The kernel did not answer within {timeout} seconds")

    async def _answers(self) -> bool:
        """Ask who the kernel is; whether the answer came, and something on the other channel."""
        self.kernel_info()
        try:
            reply = await self.get_shell_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            await self.get_iopub_msg(timeout=0.2)  # it tells that it is busy, unless nobody hears
        except Empty:
            return False
        return True
