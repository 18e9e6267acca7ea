"""How every loss computes: in float32, NaN for what is not finite, no gradient that explodes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec

import torch
from torch import Tensor

# A row whose largest value is below this is dead: it has no direction, and gets no gradient.
DEAD = 1e-6

Arguments = ParamSpec("Arguments")


def in_float32(loss: Callable[Arguments, Tensor]) -> Callable[Arguments, Tensor]:
    """Make a loss compute in float32 whatever is around it, and NaN of what is not finite.

    Half-precision arguments are widened (also those in a list or tuple), and autocast is switched
    off inside: squares, sums over a whole map and small probabilities do not fit into 16 bits.
    float64 stays float64. A comparison such as "is this vector dead" would swallow a NaN, and a
    training would go on with it: so what is not finite in an argument makes the loss NaN.
    """
    return _in_float32(loss, "")


def with_masked_classes(loss: Callable[Arguments, Tensor]) -> Callable[Arguments, Tensor]:
    """`in_float32` for a loss of logits: of the teacher's, ``v``, some may be -inf.

    That masks the class: the teacher gives it no probability, and the loss does not look at it.
    """
    return _in_float32(loss, "v")


def _in_float32(
    loss: Callable[Arguments, Tensor], masked: str
) -> Callable[Arguments, Tensor]:
    signature = inspect.signature(loss)

    @functools.wraps(loss)
    def wrapped(*args: Any, **kwargs: Any) -> Tensor:
        given = signature.bind(*args, **kwargs)
        wide = {name: _widened(value) for name, value in given.arguments.items()}
        given.arguments.update(wide)
        with torch.autocast(_device_type([*wide.values()]), enabled=False):
            result = loss(*given.args, **given.kwargs)
        for name, value in wide.items():
            for each in _numbers(value):
                known = torch.where(each == -torch.inf, 0, each) if name == masked else each
                result = result + (known * 0).sum()  # 0, or NaN if one of them is not finite
        return result

    return wrapped


def _numbers(value: Any) -> list[Tensor]:
    """The tensors of floating numbers in an argument."""
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in _numbers(item)]
    return [value.detach()] if isinstance(value, Tensor) and value.is_floating_point() else []


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
