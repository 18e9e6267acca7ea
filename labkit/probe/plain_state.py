"""torch, NumPy and Python as they are when they start, whatever a notebook has set.

    with plain_state():
        ...             # float32 and gradients, on the CPU unless asked otherwise

A notebook may say `torch.set_default_dtype(torch.float64)` at its top and go on with that. Inputs
of a check are made the same for everybody, so while one runs, nothing of that kind is in force;
afterwards all of it is again.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch

#: How deep a student's own functions may call each other at the least.
LEAST_RECURSION = 1000
_THREADS = torch.get_num_threads()
_DEVICES = ("cpu", "cuda")


def _default_device() -> Any:
    """The device of `torch.set_default_device`; None as long as nobody has set one."""
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return None if context is None else context.device


def _flushes() -> bool:
    """Whether the smallest numbers count as zero: torch tells it to nobody."""
    return bool((torch.full((1,), 1e-310, dtype=torch.float64, device="cpu") * 1 == 0).item())


def _deterministic() -> tuple[bool, bool]:
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )


def _set_deterministic(wanted: tuple[bool, bool]) -> None:
    torch.use_deterministic_algorithms(wanted[0], warn_only=wanted[1])


def _anomaly() -> tuple[bool, bool]:
    return torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()


def _set_anomaly(wanted: tuple[bool, bool]) -> None:
    torch.set_anomaly_enabled(*wanted)


#: What can be read, how it is set, and what it is at the start.
SETTINGS: list[tuple[Callable[[], Any], Callable[[Any], Any], Any]] = [
    (_default_device, torch.set_default_device, None),
    (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    (torch.is_grad_enabled, torch.set_grad_enabled, True),
    (_deterministic, _set_deterministic, (False, False)),
    (_anomaly, _set_anomaly, (False, True)),
    (torch.get_num_threads, torch.set_num_threads, _THREADS),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "highest"),
    (torch.is_warn_always_enabled, torch.set_warn_always, False),
    (_flushes, torch.set_flush_denormal, False),
    (sys.getrecursionlimit, sys.setrecursionlimit, None),
]


@contextmanager
def plain_state() -> Iterator[None]:
    """Inside, nothing is set that a notebook could have set for all of torch."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"))
        # Not torch's: what is made inside would be of no use to gradients.
        stack.enter_context(torch.inference_mode(False))
        for read, put, usual in SETTINGS:
            try:
                before = read()
            except RuntimeError:  # torch does not tell some that were set in two ways
                continue
            wanted = max(before, LEAST_RECURSION) if read is sys.getrecursionlimit else usual
            if before != wanted:
                put(wanted)
                stack.callback(put, before)
        for device in _DEVICES:
            if torch.is_autocast_enabled(device):
                torch.set_autocast_enabled(device, False)
                stack.callback(torch.set_autocast_enabled, device, True)
        yield
