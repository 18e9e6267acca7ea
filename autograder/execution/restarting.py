"""Starts the kernel of a submission again, and brings it to where the old one was."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from jupyter_core.utils import run_sync

from autograder.execution import asking
from autograder.execution.asking import Exchange
from autograder.execution.clock import Clock
from autograder.execution.redefine import LONG, Ran

SETTLING = 0.3  # seconds in which a kernel ends that a cell has told to


class Restarts:
    """The fresh kernels of one submission.

    Parameters
    ----------
    exchange : Exchange
        With the kernel.
    clock : Clock
    left : int
        How often there may be another one.
    ready : callable
        Called as soon as a kernel is there, before a line of the submission runs.
    """

    def __init__(
        self, exchange: Exchange, clock: Clock, left: int, ready: Callable[[], None], log: Any
    ) -> None:
        self.exchange, self.clock, self.left, self._ready = exchange, clock, left, ready
        self.cells: list[Ran] = []
        self.log: logging.Logger = log

    def renew(self, careful: bool) -> bool:
        """Start the kernel again and define there what was defined; whether that worked.

        Parameters
        ----------
        careful : bool
            Whether to leave out what cells do beside defining. So it is done too where a kernel
            does not survive that.
        """
        with self.clock.counting("restarts"):
            return self._start(careful) or (not careful and self._start(careful=True))

    def _start(self, careful: bool) -> bool:
        if not self.left or not self.clock.left:
            return False
        self.left -= 1
        self.log.warning("Restarting a kernel that hangs or died")
        run_sync(self._restart_kernel)()
        self.exchange.unresponsive = False
        self._ready()
        return self._run_again(careful)

    async def _restart_kernel(self) -> None:
        client = self.exchange.client
        # With what the old kernel has said, which nobody read; a kernel that said too much at once
        # is not heard on these sockets any more.
        client.kc.stop_channels()
        await client.km.restart_kernel(now=True)
        await client.async_start_new_kernel_client()

    def _run_again(self, careful: bool) -> bool:
        """Run what the cells before defined; whether the kernel is still there afterwards."""
        for number, ran in enumerate(self.cells):
            for source in ran.again(careful):
                limit = self.clock.limited(3 * LONG)
                if self.exchange.run(source, limit, _nobody) == asking.DIED:
                    if careful:  # there is no milder way
                        self.cells[number] = Ran("", 0.0)
                    return False
        if careful or not self.cells:
            return not self.exchange.unresponsive
        time.sleep(SETTLING)
        alive: bool = run_sync(self.exchange.client.km.is_alive)()
        return alive and not self.exchange.unresponsive


def _nobody(message: dict[str, Any]) -> None:
    """Nobody looks at what is said the second time."""
