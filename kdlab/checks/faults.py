"""Turns what the student's code raised into a fault with the student's own line."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType

from torch.overrides import TorchFunctionMode

from kdlab.checks.case import Fault

_NOT_THE_STUDENTS = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)


class ForbiddenCallError(Exception):
    """The exercise's rule forbids this torch function."""


class Forbid(TorchFunctionMode):
    """While it is active, calling one of the named torch functions raises `ForbiddenCallError`.

    It sees the call itself, under whatever name it was imported, and inside ``nn`` modules too.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names

    def __torch_function__(self, func, types, args=(), kwargs=None):  # torch gives no types
        name = getattr(func, "__name__", "")
        if name in self.names:
            raise ForbiddenCallError(name)
        return func(*args, **(kwargs or {}))


def fault_of(error: BaseException) -> Fault:
    """The fault that stands for an exception of the student's code."""
    if isinstance(error, NotImplementedError):
        return Fault("not_attempted")
    if isinstance(error, ForbiddenCallError):
        return Fault("forbidden", {"name": str(error), **_place(error.__traceback__)})
    text = str(error).strip().splitlines()
    details = {"type": type(error).__name__, "message": text[0][:200] if text else ""}
    return Fault("raised", details | _place(error.__traceback__))


def _place(trace: TracebackType | None) -> dict[str, str | int]:
    """Number and text of the last line that is the student's own; -1 if there is none."""
    for frame in reversed(traceback.extract_tb(trace)):
        if not frame.filename.startswith(_NOT_THE_STUDENTS):
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            return {"line": frame.lineno or -1, "source": line or (frame.line or "")}
    return {"line": -1, "source": ""}
