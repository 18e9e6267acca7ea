"""Observes a class: the layers of its instance, the forward pass, gradients, and dropout."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from labkit.judge.case import Array, Case, Fault, Observation
from labkit.probe.calls import Entries, describe, gradient_of, to_array
from labkit.probe.faults import fault_of, forbidding
from labkit.probe.weights import images_of, load_weights, weight_of


def observe_module(cls: type[nn.Module], case: Case, device: str) -> Observation:
    """What an instance of the class is made of and does.

    ``case.arguments`` go to the constructor. ``case.options`` holds ``inputs`` (what `images_of`
    takes), ``weights`` (a seed for `weight_of`), and perhaps ``dropout`` (a number of passes in
    train mode); ``case.cotangent`` goes with the first result.

    The entries are ``layers`` (the shapes of the parameters), ``value``, ``shape`` and ``form`` of
    the eval-mode forward pass, ``gradient:SHAPE`` for each shape of parameters, and ``dropout``.
    """
    with forbidding(case.forbidden):
        return _observe(cls(**case.arguments), case, device)


def _observe(model: nn.Module, case: Case, device: str) -> Observation:
    if not isinstance(model, nn.Module):
        return Observation(fault=Fault("not_a_module", {"type": type(model).__name__}))
    model = model.to(device, getattr(torch, case.dtype)).eval()
    load_weights(model, case.options["weights"], identity="dropout" in case.options)
    images = images_of(**case.options["inputs"])
    inputs = torch.tensor(images, dtype=getattr(torch, case.dtype), device=device)
    layers: Entries = {"layers": layers_of(model)}
    try:
        result = model(inputs)
        again = model(inputs)
    except Exception as error:
        return Observation(layers, fault_of(error))
    entries = describe(result, case, device)
    if isinstance(entries, Fault):
        return Observation(layers, entries)
    first, second = (r[0] if isinstance(r, tuple | list) else r for r in (result, again))
    if not torch.allclose(first, second, equal_nan=True):
        return Observation(layers, Fault("varies"))
    if "dropout" in case.options:
        return Observation(layers | {"dropout": dropout_of(model, inputs, first, case.options)})
    return Observation(layers | entries | gradients_by_shape(model, result, case))


def layers_of(model: nn.Module) -> Array:
    """Shapes of the parameters, sorted, each filled up with zeros to four numbers: (P, 4)."""
    shapes = sorted(tuple(parameter.shape) for parameter in model.parameters())
    return np.array([[*shape, 0, 0, 0, 0][:4] for shape in shapes], dtype=np.float64)


def gradients_by_shape(model: nn.Module, result: object, case: Case) -> Entries:
    """One number for each shape of parameters: the gradients' product with fixed numbers.

    Parameters of one shape are taken together, so that their order makes no difference. The
    scalar that is differentiated is the first result times the cotangent, plus the sum of the
    other results.
    """
    parts = result if isinstance(result, tuple | list) else (result,)
    shapes = {tuple(parameter.shape) for parameter in model.parameters()}
    names = {shape: "gradient:" + "x".join(map(str, shape)) for shape in shapes}
    if not all(isinstance(part, Tensor) and part.requires_grad for part in parts):
        return dict.fromkeys(names.values(), Fault("no_graph"))
    if case.cotangent is None or case.cotangent.shape != parts[0].shape:
        return dict.fromkeys(
            names.values(), Fault("no_backward_shape", {"shape": list(parts[0].shape)})
        )
    cotangent = torch.tensor(case.cotangent, dtype=parts[0].dtype, device=parts[0].device)
    ((parts[0] * cotangent).sum() + sum(part.sum() for part in parts[1:])).backward()
    products: Entries = dict.fromkeys(names.values(), np.zeros(()))
    for parameter in model.parameters():
        shape = tuple(parameter.shape)
        along = weight_of(shape, case.options["weights"] + 1)
        product = (gradient_of(parameter) * along).sum()
        products[names[shape]] = np.asarray(products[names[shape]] + product)
    return products


def dropout_of(
    model: nn.Module, inputs: Tensor, in_eval: Tensor, options: dict[str, Any]
) -> Array | Fault:
    """How train mode differs from eval mode where a unit is not dropped: (smallest, largest) ratio.

    With an identity as last layer each logit is one hidden unit, plus a bias of 1. So a dropout
    with probability p before that layer leaves ``1 / (1 - p)`` of the unit, or nothing; anywhere
    else, it leaves all kinds of ratios.
    """
    model.train()
    unit = to_array(in_eval) - 1
    ratios = []
    for _ in range(options["dropout"]):
        result = model(inputs)
        first = result[0] if isinstance(result, tuple | list) else result
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios.append(((to_array(first) - 1) / unit)[np.abs(unit) > 0.1])  # clear of rounding
    every = np.concatenate(ratios)
    kept = every[every != 0]
    if not kept.size:
        return np.zeros(2)
    if not np.ptp(kept) < 1e-3:
        return Fault("dropout_place")
    return np.array([kept.min(), kept.max()])
