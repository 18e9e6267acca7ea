"""Runs a case beside the student's function and says what was seen.

    observation = observe(soft_targets_loss, case)

Nothing that the student's code does gets out of `observe` but the observation: exceptions become
faults, printing and warnings are swallowed, and torch's random generator is put back. What the
notebook has set for all of torch is not in force meanwhile.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import torch

from labkit.judge.case import MOST_OBSERVED, Case, Fault, Observation
from labkit.probe.calls import observe_call
from labkit.probe.faults import fault_of
from labkit.probe.modules import observe_module
from labkit.probe.plain_state import plain_state

Observer = Callable[[Any, Case, str], Observation]

KINDS: dict[str, Observer] = {
    "call": observe_call,
    "module": observe_module,
}


def observe(subject: object, case: Case, device: str = "cpu") -> Observation:
    """What the student's function or class does with a case; never raises.

    Parameters
    ----------
    subject : callable or None
        The student's function or class; None if the name does not exist.
    case : Case
        What to try.
    device : str, default "cpu"
        Where the tensors are.
    """
    if subject is None:
        return Observation(fault=Fault("missing"))
    if not callable(subject):
        return Observation(fault=Fault("not_callable", {"type": type(subject).__name__}))
    silence = io.StringIO()
    with (
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
        plain_state(),
        torch.random.fork_rng(devices=[]),
    ):
        # Not torch.manual_seed: it also prepares every kind of accelerator, which takes longer
        # than the whole case.
        torch.default_generator.manual_seed(case.seed)
        try:
            return _bounded(_observer(case.kind)(subject, case, device))
        except (Exception, SystemExit) as error:  # whatever the student's code may raise
            return Observation(fault=fault_of(error))


def _observer(kind: str) -> Observer:
    """What tries cases of a kind: of `KINDS`, or ``"module:function"`` of a course's library."""
    module, colon, name = kind.partition(":")
    if not colon:
        return KINDS[kind]
    found: Observer = getattr(import_module(module), name)
    return found


def _bounded(seen: Observation) -> Observation:
    """The observation, unless it holds more numbers than are looked at."""
    entries = [entry for entry in seen.entries.values() if isinstance(entry, np.ndarray)]
    if sum(entry.size for entry in entries) > MOST_OBSERVED:
        return Observation(fault=Fault("too_large"))
    return seen
