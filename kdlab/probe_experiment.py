"""Tries ``run_experiment`` of lab 2 in the small lab of `kdlab.probe_lab`.

    observation = observe_experiment(run_experiment, case, "cpu")

The function finds what stands there behind the names of its notebook; afterwards everything is as
it was.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from torch import nn

from kdlab.data import Split
from kdlab.evaluation import MEASURES, evaluating, logits_of, measures
from kdlab.probe_lab import STEP, Linear, Surroundings
from labkit.judge.case import Array, Case, Fault, Observation

SHOWN = 8  # images for which the student's logits are looked at


def observe_experiment(function: Callable[..., Any], case: Case, device: str) -> Observation:
    """What the function returns, and what its student answers.

    ``case.options`` holds ``seed`` (of images and weights) and ``before``: what the function is
    called with once before. The entries are ``value:MEASURE`` and ``form:MEASURE``, and
    ``network:student``: the logits on the first validation images.
    """
    around = Surroundings(case.options["seed"], device)
    with _replaced(function, around.names()):
        function(*case.options["before"])
        around.calls = 1
        by_name = {name: case.arguments[name] for name in case.keywords}
        in_order = [value for name, value in case.arguments.items() if name not in by_name]
        result = function(*in_order, **by_name)
    return _seen(result, around)


def _seen(result: Any, around: Surroundings) -> Observation:
    if result is None:
        return Observation(fault=Fault("none"))
    if not isinstance(result, tuple | list) or len(result) != 2:
        return _other_form(type(result).__name__)
    network, told = result
    if not isinstance(network, nn.Module) or not isinstance(told, Mapping):
        return _other_form(", ".join(type(part).__name__ for part in result))
    inside = [part for part in network.modules() if isinstance(part, Linear)]
    if not any(part.made_in == around.calls for part in inside):
        return Observation(fault=Fault("not_fresh"))
    if not any(part.marks for part in inside):
        return Observation(fault=Fault("not_trained", {"name": STEP}))
    missing = [name for name in MEASURES if name not in told]
    if missing:
        return Observation(fault=Fault("no_key", {"names": ", ".join(missing)}))
    entries = _entries(told)
    if _are_of(entries, network, around.data.test, around):
        return Observation(fault=Fault("test_images"))
    with evaluating(network):
        inputs = next(iter(around.data.validation.batches(500)))[0]
        logits = logits_of(network(inputs))[:SHOWN].double().cpu().numpy()
    return Observation({**entries, "network:student": logits})


def _entries(told: Mapping[str, Any]) -> dict[str, Array | Fault]:
    entries: dict[str, Array | Fault] = {}
    for name in MEASURES:
        value = told[name]
        try:
            number: Array | Fault = np.asarray(float(value), dtype=np.float64)
            form: Array | Fault = np.zeros(())
        except (TypeError, ValueError, RuntimeError):
            number = form = Fault("no_number", {"type": type(value).__name__})
        entries |= {f"value:{name}": number, f"form:{name}": form}
        entries[f"shape:{name}"] = np.zeros(0)
    return entries


def _are_of(
    entries: Mapping[str, Array | Fault], network: nn.Module, split: Split, around: Surroundings
) -> bool:
    """Whether all three numbers are what the network comes to on a split."""
    seen = measures(network, around.teacher, split.batches(500))
    numbers = {name: entries[f"value:{name}"] for name in MEASURES}
    return all(
        not isinstance(number, Fault) and abs(number - seen[name]) < 1e-3
        for name, number in numbers.items()
    )


def _other_form(got: str) -> Observation:
    parts = "student, {accuracy, agreement, kl}"
    return Observation(fault=Fault("not_the_tuple", {"parts": parts, "got": got}))


@contextmanager
def _replaced(function: Callable[..., Any], names: Mapping[str, Any]) -> Iterator[None]:
    """Inside, the function and its notebook find other things under these names."""
    notebook = vars(sys.modules["__main__"])
    places = {id(place): place for place in (notebook, _globals_of(function))}
    before = {key: {n: p[n] for n in names if n in p} for key, p in places.items()}
    for place in places.values():
        place.update(names)
    try:
        yield
    finally:
        for key, place in places.items():
            for name in names:
                place.pop(name, None)
            place.update(before[key])


def _globals_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The names that a function finds, or an object that is called; none of what is not Python."""
    inner = inspect.unwrap(function)
    while isinstance(inner, partial):
        inner = inspect.unwrap(inner.func)
    if not hasattr(inner, "__globals__"):
        inner = type(inner).__call__
    found: dict[str, Any] = getattr(inner, "__globals__", {})
    return found
