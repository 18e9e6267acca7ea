"""Ctrl-C, which a terminal sends to every process of a run at once, at any moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def undisturbed() -> Iterator[None]:
    """What is done inside is done to its end; then the interrupt comes that came meanwhile."""
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    with _handled_by(note):
        yield
    if came:
        raise KeyboardInterrupt


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are started inside never hear of it: who started them ends them."""
    with _handled_by(signal.SIG_IGN):
        yield


@contextmanager
def _handled_by(handler: Any) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # which alone is interrupted
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
