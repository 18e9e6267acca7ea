"""The network, rebuilt from what came back: integers, scales, and ranges of the inputs.

It comes from a stranger's process: shapes, types, limits and finiteness are looked at first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from autograder.checks.rounding import Array
from labkit.judge.messages import Text
from labkit.wire import is_number

from quantcourse.end_to_end.stage import ACTIVATION_BITS, OPTIONS, Task, hidden_digits
from quantcourse.references.network import Layer, logits
from quantlab.network import LAYERS

_FIELDS = {"bits", "q", "scales", "input_scale", "input_zero_point"}


class StrangeNetworkError(Exception):
    """What came back is no quantised network; ``told`` says why to the student."""

    def __init__(self, told: Text) -> None:
        super().__init__(told.en)
        self.told = told


def rebuild(found: Any, task: Task) -> dict[str, Layer]:
    """The layers of the quantised network.

    Raises
    ------
    StrangeNetworkError
        If something is missing, of another shape, not finite, or does not fit its bits.
    """
    if not isinstance(found, Mapping) or set(found) != set(LAYERS):
        raise _strange("네트워크", "층이 다릅니다", "the network", "other layers came back")
    return {layer: _layer(layer, found[layer], task) for layer in LAYERS}


def _layer(name: str, got: Any, task: Task) -> Layer:
    if not isinstance(got, Mapping) or set(got) != _FIELDS:
        raise _strange(name, "빠진 것이 있습니다", name, "something is missing")
    sent = task.weights[f"{name}.weight"]
    bits = got["bits"]
    if type(bits) is not int or bits not in OPTIONS:
        told = f"bit 수는 {OPTIONS} 가운데 하나여야 합니다", f"the bits must be one of {OPTIONS}"
        raise _strange(name, told[0], name, told[1])
    integers = _numbers(name, "q", got["q"], sent.shape)
    scales = _numbers(name, "scales", got["scales"], sent.shape[:1])
    top = 2 ** (bits - 1) - 1
    if (integers != np.rint(integers)).any() or np.abs(integers).max() > top:
        raise _strange(
            name, f"{bits} bit 정수의 범위 −{top}부터 {top}까지를 벗어난 수가 있습니다",
            name, f"there are numbers that are no integers from −{top} to {top}, for {bits} bits",
        )  # fmt: skip
    scale, zero_point = got["input_scale"], got["input_zero_point"]
    if not is_number(scale) or not is_number(zero_point) or scale <= 0:
        raise _strange(
            name, "입력의 scale은 양수, zero point는 수여야 합니다",
            name, "the input needs a scale above 0 and a zero point",
        )  # fmt: skip
    weight = integers * scales.reshape(-1, *[1] * (integers.ndim - 1))
    bias = task.weights[f"{name}.bias"].astype(np.float64)
    return Layer(weight, bias, float(scale), float(zero_point), ACTIVATION_BITS)


def _numbers(name: str, part: str, got: Any, shape: tuple[int, ...]) -> Array:
    if not isinstance(got, np.ndarray) or got.shape != shape:
        told = f"{part}의 shape이 {shape}이어야 합니다", f"{part} must be of shape {shape}"
        raise _strange(name, told[0], name, told[1])
    numbers = got.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise _strange(name, f"{part}에 NaN이나 inf가 있습니다", name, f"{part} has NaN or inf")
    return numbers


def _strange(where_ko: str, ko: str, where_en: str, en: str) -> StrangeNetworkError:
    return StrangeNetworkError(
        Text(
            f"양자화된 네트워크를 만들 수 없습니다. {where_ko}: {ko}.",
            f"No quantised network can be made of this. {where_en}: {en}.",
        )
    )


def likeness(layers: Mapping[str, Layer], task: Task) -> float:
    """Cosine between all weights and those that were sent, −1 to 1; 0 where all are 0."""
    came = np.concatenate([layers[name].weight.ravel() for name in LAYERS])
    sent = np.concatenate([task.weights[f"{name}.weight"].ravel() for name in LAYERS])
    size = float(np.linalg.norm(came) * np.linalg.norm(sent))
    return float(np.dot(came, sent)) / size if size else 0.0


def accuracy(layers: Mapping[str, Layer], test_seed: int | None) -> float:
    """Share of the hidden digits that the quantised network tells, 0 to 1."""
    images, labels = hidden_digits(test_seed)
    with np.errstate(over="ignore", invalid="ignore"):  # scales may be as large as anybody likes
        return float((logits(images, layers).argmax(axis=1) == labels).mean())


def size(found: Mapping[str, Any], task: Task) -> float:
    """Bits a weight, on average."""
    bits = sum(found[name]["bits"] * task.weights[f"{name}.weight"].size for name in LAYERS)
    return float(bits) / task.count
