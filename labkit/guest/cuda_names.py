"""What ``torch.cuda`` tells the student's own code, where there is no GPU.

The names are those of a machine with one; what they do is nothing, or what the CPU does instead.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import torch

from labkit.guest import who

NAME = "no GPU: the CPU of the machine that grades"
MEMORY = 16 * 2**30  # of the one that is not there

#: Answers to questions; what is not here gives None where it cannot work.
_ANSWERS: dict[str, Any] = {
    "is_available": True,
    "is_built": True,
    "is_initialized": True,
    "is_bf16_supported": False,
    "device_count": 1,
    "current_device": 0,
    "get_device_name": NAME,
    "get_device_capability": (7, 5),
    "get_device_properties": SimpleNamespace(
        name=NAME, total_memory=MEMORY, major=7, minor=5, multi_processor_count=1
    ),
    "mem_get_info": (MEMORY, MEMORY),
    "memory_summary": NAME,
    "memory_snapshot": [],
    "utilization": 0,
    **dict.fromkeys(
        ("memory_allocated", "max_memory_allocated", "memory_reserved", "max_memory_reserved",
         "memory_cached", "max_memory_cached", "current_allocated_memory",
         "driver_allocated_memory"), 0
    ),
    "memory_stats": {},
    "memory_stats_as_nested_dict": {},
}  # fmt: skip


class Event:
    """A moment, of the CPU's clock."""

    def __init__(self, enable_timing: bool = False, **options: Any) -> None:
        self.at = 0.0

    def record(self, stream: Any = None) -> None:
        """Note the time."""
        self.at = time.perf_counter()

    def elapsed_time(self, end: Event) -> float:
        """Milliseconds until another one."""
        return 1000 * (end.at - self.at)

    def synchronize(self) -> None:
        """Nothing to wait for."""

    def wait(self, stream: Any = None) -> None:
        """Nothing to wait for."""

    def query(self) -> bool:
        """It has happened."""
        return True


class Nothing:
    """A stream, a device or a context of the GPU: entered and left, it changes nothing."""

    def __init__(self, *values: Any, **options: Any) -> None:
        pass

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def synchronize(self) -> None:
        """Nothing to wait for."""

    wait_stream = wait_event = record_event = lambda self, other=None: None


_FUNCTIONS = (FunctionType, type(functools.lru_cache(print)))
_CLASSES = {
    "Event": Event, "Stream": Nothing, "ExternalStream": Nothing, "StreamContext": Nothing,
    "device": Nothing, "device_of": Nothing, "stream": Nothing, "graph": Nothing,
}  # fmt: skip


def answer() -> None:
    """Let ``torch.cuda`` answer the student's code as if there were a GPU."""
    _answer_in(torch.cuda)
    _answer_in(torch.cuda.memory)
    _answer_in(torch.cuda.nvtx)
    for module in (torch.mps, torch.backends.mps, torch.xpu):
        _answer_in(module, module.__name__)
    for name in vars(torch.cuda):
        if name.endswith("Tensor") and hasattr(torch, name):
            setattr(torch.cuda, name, getattr(torch, name))
    for name, stand_in in _CLASSES.items():
        setattr(torch.cuda, name, stand_in)


def _answer_in(module: Any, whose: str = "torch.cuda") -> None:
    for name, function in list(vars(module).items()):
        if name.startswith("_") or name in _CLASSES or not isinstance(function, _FUNCTIONS):
            continue
        if function.__module__.startswith(whose):
            setattr(module, name, _for_students(function, name))


def _for_students(original: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if not who.is_students(sys._getframe(1)):
            return original(*args, **kwargs)
        if name in _ANSWERS:
            return _ANSWERS[name]
        try:
            return original(*args, **kwargs)
        except (AssertionError, AttributeError, ImportError, RuntimeError):  # no GPU, no driver
            return None

    return asked
