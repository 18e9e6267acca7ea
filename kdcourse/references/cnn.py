"""The student network from its table of layers, forward and backward, in float64 NumPy.

Images ``(N, 3, 32, 32)``; two times convolution 3×3 with padding 1, ReLU and max-pooling 2×2; then
linear, ReLU, linear. Works on arrays and on `autograder.checks.rounding.Rounded`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.rounding import Rounded
from kdcourse.references.losses import Values

CLEAR = 8.0
"""Standard deviations of rounding that keep a number clear of where a ReLU or a maximum turns."""


@dataclass(frozen=True, eq=False)
class Pass:
    """A forward pass with what the backward pass needs.

    Attributes
    ----------
    maps : list
        The input of each convolution, unfolded: (N, 9 C, H W).
    before : list
        What goes into each ReLU.
    """

    logits: Values
    maps: list[Values]
    before: list[Values]
    flat: Values
    hidden: Values


def forward(images: Values, weights: dict[str, Any]) -> Pass:
    """The pass of images through the weights ``conv1``, ``conv2``, ``linear1``, ``linear2``.

    ``weights`` holds a pair (weight, bias) under each of these names.
    """
    x, maps, before = images, [], []
    for name in ("conv1", "conv2"):
        weight, bias = weights[name]
        maps.append(unfold(x))
        y = weight.reshape(len(weight), -1) @ maps[-1] + bias[:, None]  # (N, O, H W)
        before.append(y.reshape(len(x), len(weight), *x.shape[2:]))
        x = np.max(_windows(np.maximum(before[-1], 0.0)), axis=4)  # halves the map
    flat = x.reshape(len(x), -1)  # (N, 1024)
    before.append(flat @ weights["linear1"][0].T + weights["linear1"][1])
    hidden = np.maximum(before[-1], 0.0)  # (N, 256)
    logits = hidden @ weights["linear2"][0].T + weights["linear2"][1]  # (N, C)
    return Pass(logits, maps, before, flat, hidden)


def backward(
    done: Pass, weights: dict[str, Any], cotangent: Any, by_flat: Any = 0.0
) -> dict[str, Any]:
    """Gradients of ``sum(logits * cotangent)``, a pair (weight, bias) under each name.

    ``by_flat`` (N, 1024) is what else flows back into the flattened map, such as from a regressor.
    """
    g = exactly(cotangent, done)
    gradients: dict[str, Any] = {"linear2": (g.T @ done.hidden, np.sum(g, axis=0))}
    g = (g @ weights["linear2"][0]) * (value(done.before[2]) > 0)
    gradients["linear1"] = (g.T @ done.flat, np.sum(g, axis=0))
    g = g @ weights["linear1"][0] + by_flat
    for number, name in ((1, "conv2"), (0, "conv1")):
        before = done.before[number]
        n, channels, height, width = before.shape
        g = g.reshape(n, channels, height // 2, width // 2)
        g = (_spread(g) * _first_maximum(value(before))).reshape(n, channels, -1)  # (N, O, H W)
        by_weight = np.sum(g @ done.maps[number].transpose(0, 2, 1), axis=0)
        gradients[name] = (
            by_weight.reshape(*weights[name][0].shape), np.sum(np.sum(g, axis=2), axis=0)
        )
        if number:
            flipped = weights[name][0][:, :, ::-1, ::-1].transpose(1, 0, 2, 3)  # (C, O, 3, 3)
            spread = unfold(g.reshape(n, channels, height, width))
            g = flipped.reshape(len(flipped), -1) @ spread
    return gradients


def is_clear(done: Pass) -> bool:
    """Whether rounding cannot turn a ReLU or a maximum: there the gradient would jump."""
    for number, before in enumerate(done.before):
        margin = CLEAR * np.sqrt(before.variance)
        if np.any(np.abs(before.value) <= margin):
            return False
        if number < 2:
            ordered = np.sort(_windows(np.maximum(before.value, 0.0)), axis=-1)
            gap = ordered[..., -1] - ordered[..., -2]
            if np.any((gap <= 2 * margin.max()) & (ordered[..., -1] > 0)):
                return False
    return True


def unfold(x: Values) -> Values:
    """The 3×3 neighbourhood of each place, with zeros beyond the border: (N, 9 C, H W)."""
    n, channels, height, width = x.shape
    padded = np.full((channels, height + 2, width + 2), channels * height * width)
    padded[:, 1:-1, 1:-1] = np.arange(channels * height * width).reshape(channels, height, width)
    shifts = [(dy, dx) for dy in range(3) for dx in range(3)]
    places = np.stack([padded[:, dy : dy + height, dx : dx + width] for dy, dx in shifts], axis=1)
    with_zero = np.concatenate([x.reshape(n, -1), np.zeros((n, 1))], axis=1)
    return with_zero[:, places.reshape(channels * 9, height * width)]


def exactly(numbers: Any, like: Pass) -> Any:
    """Exact numbers as an array of the kind that the pass is made of."""
    if isinstance(like.logits, Rounded):
        return Rounded(numbers, 0.0, like.logits.product_unit)
    return np.asarray(numbers)


def value(x: Values) -> Any:
    """The plain numbers."""
    return x.value if isinstance(x, Rounded) else x


def _windows(x: Values) -> Values:
    """The 2×2 windows of a map: (N, C, H / 2, W / 2, 4)."""
    n, channels, height, width = x.shape
    split = x.reshape(n, channels, height // 2, 2, width // 2, 2)
    return split.transpose(0, 1, 2, 4, 3, 5).reshape(n, channels, height // 2, width // 2, 4)


def _spread(g: Values) -> Values:
    """Each number of a halved map in all four places of its window: (N, C, H, W)."""
    n, channels, height, width = g.shape
    wide = g[:, :, :, None, :, None] * np.ones((1, 1, 1, 2, 1, 2))
    return wide.reshape(n, channels, 2 * height, 2 * width)


def _first_maximum(before: Any) -> Any:
    """1 where the maximum of a window comes from, if it is positive: (N, C, H, W)."""
    n, channels, height, width = before.shape
    windows = _windows(before)
    first = np.argmax(windows, axis=-1)[..., None] == np.arange(4)
    routed = first & (windows > 0)
    split = routed.reshape(n, channels, height // 2, width // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return split.reshape(n, channels, height, width).astype(np.float64)
