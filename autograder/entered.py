"""The room whose submission is being graded, for the graded cells that run meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_entered: ContextVar[Any] = ContextVar("room", default=None)


def entered_room() -> Any:
    """The room, an `autograder.checks.rooms.Room`; None where nothing is being graded."""
    return _entered.get()


@contextmanager
def entered(room: Any) -> Iterator[None]:
    """Inside, graded cells are about the submission in this room."""
    token = _entered.set(room)
    try:
        yield
    finally:
        _entered.reset(token)
