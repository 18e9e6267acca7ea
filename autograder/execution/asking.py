"""One exchange with a submission's kernel: a request goes there, and what it says is heard.

An exchange always ends, and says how: `IDLE`, as it should; `TIME`, at its limit; `DIED`, with the
kernel; `FLOOD`, when the kernel said more than anybody would read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from queue import Empty
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError

from labkit.wire import MOST_BYTES

IDLE, TIME, DIED, FLOOD = "idle", "time", "died", "flood"
GRACE = 5.0  # seconds that an interrupted kernel has to come back
ALIVE = 0.5  # seconds between two looks at whether the kernel lives
MOST_HEARD = 2 * MOST_BYTES  # bytes of all messages of one exchange

Message = dict[str, Any]


class Exchange:
    """Asks one kernel.

    Parameters
    ----------
    client : nbclient.NotebookClient
        With a running kernel.
    waiting : callable, optional
        Gives a context in which this process waits for the kernel; see
        `autograder.execution.flood`.

    Attributes
    ----------
    unresponsive : bool
        Whether the kernel is gone, or did not come back when it was interrupted.
    """

    def __init__(
        self,
        client: Any,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.client, self.waiting = client, waiting
        self.unresponsive = False

    def run(
        self,
        code: str,
        limit: float,
        listen: Callable[[Message], None],
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Let the kernel execute code; returns how that ended.

        Parameters
        ----------
        code : str
        limit : float
            Seconds.
        listen : callable
            Gets each message about it.
        metadata : mapping, optional
            With it the code runs silently: no hook runs, nothing is remembered as ``In`` or
            ``Out``.
        """
        with self.waiting():
            ended: str = run_sync(self._run)(code, limit, listen, metadata)
        return ended

    async def _run(
        self,
        code: str,
        limit: float,
        listen: Callable[[Message], None],
        metadata: Mapping[str, Any] | None,
    ) -> str:
        kernel, until = self.client.kc, time.monotonic() + limit
        content = {
            "code": code,
            "silent": metadata is not None,
            "store_history": False,
            "allow_stdin": False,
            "stop_on_error": False,
        }
        request = kernel.session.msg("execute_request", content, metadata=metadata)
        try:
            kernel.shell_channel.send(request)
        except DeadKernelError:
            self.unresponsive = True
            return DIED
        asked, heard = request["header"]["msg_id"], 0
        while True:
            try:
                message = await kernel.get_iopub_msg(timeout=ALIVE)
            except Empty:
                message = None
                if not await self.client.km.is_alive():
                    self.unresponsive = True
                    return DIED
            if time.monotonic() > until:
                await self._interrupt(asked)
                return TIME
            if message is None:
                continue
            heard += message["size"]
            if heard > MOST_HEARD:
                await self._interrupt(asked)
                return FLOOD
            if message["parent_header"]["msg_id"] != asked:
                continue
            if is_idle(message):
                break
            listen(message)
        await self._take_reply(asked, until)
        return IDLE

    async def _take_reply(self, asked: str, until: float) -> None:
        """Take the reply off the shell channel, so that it does not pile up there."""
        while time.monotonic() < until:
            try:
                reply = await self.client.kc.get_shell_msg(timeout=ALIVE)
            except Empty:
                return
            if reply["parent_header"]["msg_id"] == asked:
                return

    async def _interrupt(self, asked: str) -> None:
        """Interrupt the kernel; one that does not come back is marked for a restart."""
        await self.client.km.interrupt_kernel()
        until = time.monotonic() + GRACE
        while time.monotonic() < until:
            try:
                message = await self.client.kc.get_iopub_msg(timeout=ALIVE)
            except Empty:
                continue
            if message["parent_header"]["msg_id"] == asked and is_idle(message):
                return
        self.unresponsive = True


def is_idle(message: Message) -> bool:
    """Whether the kernel says that it has done what it was asked for."""
    if message["msg_type"] != "status":
        return False
    return bool(message["content"]["execution_state"] == "idle")
