"""Ends a kernel that sends more than the grader can take in, before it fills the memory here.

What one message may hold is limited where it is read (`autograder.execution.hearing`). A message in
parts is not there to be read before its last part has come, and all parts are kept until then.
While the grader waits for a kernel it does nothing else. So what it grows by comes from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

INTERVAL = 0.05  # seconds
MOST_HELD = 192 << 20  # bytes that this process may grow by while it waits


class FloodWatch(threading.Thread):
    """Looks at this process while it waits for a kernel.

    Parameters
    ----------
    end : callable
        Ends the kernel.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        super().__init__(name="flood-watch", daemon=True)
        self._end = end
        self._here = psutil.Process()
        self._before: int | None = None
        self._over = threading.Event()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, this process waits for the kernel."""
        self._before = self._held()
        try:
            yield
        finally:
            self._before = None

    def run(self) -> None:
        """Look until it is over."""
        while not self._over.wait(INTERVAL):
            before = self._before
            if before is not None and self._held() - before > MOST_HELD:
                self._before = None
                self._end()

    def finish(self) -> None:
        """Look no longer."""
        self._over.set()

    def _held(self) -> int:
        return int(self._here.memory_info().rss)
