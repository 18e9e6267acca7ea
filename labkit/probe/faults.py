"""Turns what the student's code raised into a fault with the student's own line."""

from __future__ import annotations

import importlib
import linecache
import re
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

from torch.overrides import TorchFunctionMode

from labkit.attempts import is_stub
from labkit.errors import MissingPackageError
from labkit.judge.case import Fault

_NOT_THE_STUDENTS = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)

#: How torch says that there is no GPU, or that it was made without.
_NO_GPU = re.compile(r"not compiled with CUDA|[Nn]o NVIDIA driver|No CUDA GPUs", re.ASCII)


class ForbiddenCallError(Exception):
    """The exercise's rule forbids this torch function."""


class HangsError(Exception):
    """A function that did not come to an end before is not called again; its name is the text."""


@contextmanager
def forbidding(names: tuple[str, ...]) -> Iterator[None]:
    """Inside, calling one of the named functions raises `ForbiddenCallError`.

    Parameters
    ----------
    names : tuple of str
        Names of torch functions, and dotted names of what the students' library gives away, such as
        ``"library.evaluation.accuracy"``.
    """
    with Forbid(tuple(n for n in names if "." not in n)), Withhold([n for n in names if "." in n]):
        yield


class Withhold:
    """While it is active, running a function or class of the library raises `ForbiddenCallError`.

    It knows them by their code, under whatever name they were imported.
    """

    def __init__(self, names: list[str]) -> None:
        self.codes = {code: name for name in names for code in _codes(name)}

    def __enter__(self) -> None:
        if self.codes:
            self.before = sys.getprofile()
            sys.setprofile(self._look)

    def __exit__(self, *error: object) -> None:
        if self.codes:
            sys.setprofile(self.before)

    def _look(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in self.codes:
            raise ForbiddenCallError(self.codes[frame.f_code])


def _codes(name: str) -> list[CodeType]:
    """The code of a function, or of a class's methods."""
    module, _, attribute = name.rpartition(".")
    thing = getattr(importlib.import_module(module), attribute)
    functions = vars(thing).values() if isinstance(thing, type) else [thing]
    return [function.__code__ for function in functions if isinstance(function, FunctionType)]


class Forbid(TorchFunctionMode):
    """While it is active, calling one of the named torch functions raises `ForbiddenCallError`.

    It sees the call itself, under whatever name it was imported, and inside ``nn`` modules too.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        name = getattr(func, "__name__", "")
        if name in self.names:
            raise ForbiddenCallError(name)
        return func(*args, **(kwargs or {}))


def fault_of(error: BaseException) -> Fault:
    """The fault that stands for an exception of the student's code."""
    if is_stub(error):
        return Fault("not_attempted")
    if isinstance(error, ForbiddenCallError):
        return Fault("forbidden", {"name": str(error), **_place(error.__traceback__)})
    if isinstance(error, HangsError):
        return Fault("hangs", {"name": str(error)})
    if isinstance(error, MissingPackageError):
        return Fault("not_there", {"package": error.package, **_place(error.__traceback__)})
    if _NO_GPU.search(str(error)):
        return Fault("no_gpu", _place(error.__traceback__))
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
