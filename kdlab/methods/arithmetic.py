"""How every loss computes: in float32, and without the two places where a gradient explodes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec

import torch
from torch import Tensor

# A row whose largest value is below this is dead: it has no direction, and gets no gradient.
DEAD = 1e-6

Arguments = ParamSpec("Arguments")


def in_float32(loss: Callable[Arguments, Tensor]) -> Callable[Arguments, Tensor]:
    """Make a loss compute in float32 whatever is around it.

    Half-precision arguments are widened (also those in a list or tuple), and autocast is switched
    off inside: squares, sums over a whole map and small probabilities do not fit into 16 bits.
    float64 stays float64.
    """

    @functools.wraps(loss)
    def wrapped(*args: Any, **kwargs: Any) -> Tensor:
        wide = [_widened(value) for value in args]
        wide_by_name = {name: _widened(value) for name, value in kwargs.items()}
        device_type = _device_type([*wide, *wide_by_name.values()])
        with torch.autocast(device_type, enabled=False):
            return loss(*wide, **wide_by_name)

    return wrapped


def _widened(value: Any) -> Any:
    if isinstance(value, Tensor) and value.dtype in (torch.float16, torch.bfloat16):
        return value.float()
    if isinstance(value, (list, tuple)):
        return type(value)(_widened(item) for item in value)
    return value


def _device_type(values: list[Any]) -> str:
    for value in values:
        if isinstance(value, Tensor):
            return value.device.type
        if isinstance(value, (list, tuple)) and value and isinstance(value[0], Tensor):
            return value[0].device.type
    return "cpu"


def total(losses: Iterable[Tensor]) -> Tensor:
    """The sum of one loss or several."""
    first, *others = losses
    return sum(others, start=first)


def unit(x: Tensor, dim: int = -1) -> Tensor:
    """Vectors of length 1 along an axis; a dead one becomes zeros.

    The usual ``x / max(norm, 1e-12)`` has a gradient of 1e12 at a vector of zeros, which a feature
    map behind a ReLU easily is. Here such a vector has no gradient. Dividing by the largest value
    first keeps the squares of small vectors from underflowing.

    Parameters
    ----------
    x : Tensor
        Any shape.
    dim : int, default -1
        Along which axis the vectors lie.
    """
    largest = x.detach().abs().amax(dim, keepdim=True)
    alive = largest > DEAD
    scaled = x / torch.where(alive, largest, 1)
    # The vector of ones only stands in where the result is not used: its norm has a gradient.
    safe = torch.where(alive, scaled, 1)
    return torch.where(alive, safe / torch.linalg.vector_norm(safe, dim=dim, keepdim=True), 0)
