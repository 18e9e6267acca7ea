"""Observes one call of a function: its result, the gradients, and what it did to its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labkit.judge.case import Array, Case, Fault, Observation
from labkit.probe.arguments import Ingredients
from labkit.probe.faults import forbidding

Entries = dict[str, Array | Fault]


def observe_call(function: Callable[..., Any], case: Case, device: str) -> Observation:
    """What the function returns and does.

    The entries are ``value`` (or ``value:PART`` of a tuple), ``shape``, ``form``, ``inputs``,
    ``gradient:ARGUMENT`` for tensors and networks, ``mode:NETWORK`` and ``passes:NETWORK``.
    """
    ingredients = Ingredients(case, device)
    by_name = {name: ingredients.arguments[name] for name in case.keywords}
    in_order = [value for name, value in ingredients.arguments.items() if name not in by_name]
    with forbidding(case.forbidden):
        result = function(*in_order, **by_name)
    entries = describe(result, case, device)
    if isinstance(entries, Fault):
        return Observation(fault=entries)
    changed = ingredients.changed()
    entries["inputs"] = Fault("changed", {"names": changed}) if changed else np.zeros(())
    for name, network in ingredients.networks.items():
        entries[f"mode:{name}"] = np.array([network.training], dtype=np.float64)
        entries[f"passes:{name}"] = to_array(network.passes_in_train_mode)[None]
    return Observation(entries | gradients(result, case, ingredients))


def describe(result: object, case: Case, device: str) -> Entries | Fault:
    """Values and form of a result; a fault if there is nothing to read numbers from."""
    if result is None:
        return Fault("none")
    if not isinstance(case.returns, tuple):
        return _describe_one(result, case, device)
    if not isinstance(result, tuple | list) or len(result) != len(case.returns):
        got = len(result) if isinstance(result, tuple | list) else type(result).__name__
        return Fault("not_the_tuple", {"parts": ", ".join(case.returns), "got": got})
    entries: Entries = {}
    for part, value in zip(case.returns, result, strict=True):
        described = _describe_one(value, case, device)
        if isinstance(described, Fault):
            return described
        entries |= {f"{name}:{part}": entry for name, entry in described.items()}
    return entries


def _describe_one(value: object, case: Case, device: str) -> Entries | Fault:
    if isinstance(value, Tensor):
        form = _form_of_tensor(value, case, device)
        if case.returns == "number":
            form = Fault("no_number", {"type": "Tensor"})
        array = to_array(value)
    elif isinstance(value, int | float | np.generic | np.ndarray) and not isinstance(value, bool):
        array = np.asarray(value, dtype=np.float64)
        wanted = case.returns == "number"
        form = None if wanted else Fault("no_tensor", {"type": type(value).__name__})
    else:
        size = f" ({len(value)})" if isinstance(value, tuple | list) else ""
        return Fault("type", {"type": type(value).__name__ + size})
    shape = np.array(array.shape, dtype=np.float64)
    return {"value": array, "shape": shape, "form": form or np.zeros(())}


def _form_of_tensor(value: Tensor, case: Case, device: str) -> Fault | None:
    if value.dtype not in (torch.float32, torch.float64):
        return Fault("dtype", {"dtype": str(value.dtype)})
    if value.device.type != torch.device(device).type:
        return Fault("device", {"device": value.device.type, "wanted": device})
    return None


def gradients(result: object, case: Case, ingredients: Ingredients) -> Entries:
    """Gradients of the arguments and of the networks' weights after a backward pass."""
    names = [f"gradient:{name}" for name in (*ingredients.leaves, *ingredients.networks)]
    if not names or case.returns == "number":
        return {}
    if not isinstance(result, Tensor) or not result.requires_grad:
        # A network that was given in eval mode is frozen: no graph, no gradient, as it should be.
        return dict.fromkeys(names, Fault("no_graph")) | {
            f"gradient:{name}": np.zeros(sum(p.numel() for p in network.parameters()))
            for name, network in ingredients.networks.items()
            if not case.arguments[name]["network"]["training"]
        }
    cotangent = torch.ones_like(result)
    if case.cotangent is not None:
        if result.shape != case.cotangent.shape:
            return dict.fromkeys(names, Fault("no_backward_shape", {"shape": list(result.shape)}))
        cotangent = torch.tensor(case.cotangent, dtype=result.dtype, device=result.device)
    try:
        result.backward(cotangent)
    except RuntimeError as error:
        return dict.fromkeys(names, Fault("backward", {"message": str(error).split(".")[0][:160]}))
    entries: Entries = {
        f"gradient:{name}": gradient_of(leaf) for name, leaf in ingredients.leaves.items()
    }
    for name, network in ingredients.networks.items():
        flat = [gradient_of(parameter).ravel() for parameter in network.parameters()]
        entries[f"gradient:{name}"] = np.concatenate(flat)
    return entries


def gradient_of(leaf: Tensor) -> Array:
    """The gradient that arrived; zeros if none did."""
    return np.zeros(leaf.shape) if leaf.grad is None else to_array(leaf.grad)


def to_array(tensor: Tensor) -> Array:
    """A tensor's values as float64 on the CPU."""
    return tensor.detach().to("cpu", torch.float64).numpy()
