"""Lab 3 from its definitions, in float64 NumPy: the cosine loss, and the teacher's hidden part.

As in `kdcourse.references.losses`, every function takes arrays or `Rounded` arrays. Maps are
(N, C, H, W).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.rounding import SAFETY, Rounded

Values = Any
"""An array or a `Rounded` array."""


def cosine(x1: Values, x2: Values) -> Values:
    """``x1·x2 / (‖x1‖ ‖x2‖)`` of each pair of rows: (N, 1)."""
    return np.sum(x1 * x2, axis=1, keepdims=True) / (_length(x1) * _length(x2))


def cosine_embedding_loss(x1: Values, x2: Values, target: Any, margin: float) -> Values:
    """Mean over the rows of ``1 − cos`` where the target is 1, else ``max(0, cos − margin)``."""
    similarity = cosine(x1, x2)[:, 0]
    apart = np.maximum(similarity - margin, 0.0)
    return np.sum(np.where(target == 1, 1 - similarity, apart)) / len(x1)


def cosine_embedding_gradient(
    x1: Values, x2: Values, target: Any, margin: float
) -> tuple[Values, Values]:
    """Derivatives of `cosine_embedding_loss` by ``x1`` and ``x2``: (N, D) each."""
    similarity = cosine(x1, x2)
    beyond = _plain(similarity)[:, 0] > margin
    by_cosine = np.where(target == 1, -1.0, 1.0 * beyond)[:, None] / len(x1)  # (N, 1)
    both = _length(x1) * _length(x2)
    by_x1 = (x2 / both - similarity * x1 / _length(x1) ** 2) * by_cosine
    by_x2 = (x1 / both - similarity * x2 / _length(x2) ** 2) * by_cosine
    return by_x1, by_x2


def pair_means(flat: Values) -> Values:
    """Means of the values 0 and 1, 2 and 3, … of each row: (N, L) to (N, L / 2)."""
    return (flat[:, 0::2] + flat[:, 1::2]) / 2


class Pass(NamedTuple):
    """What a forward pass of the teacher goes through, from its last convolution on.

    Attributes
    ----------
    before, after : array
        The last convolution's input and output.
    flat : array
        The feature map in one row: (N, 2048).
    dense : array
        The hidden layer of the classifier before its ReLU: (N, 512).
    logits, hidden : array
        The two results: (N, C) and (N, 1024).
    """

    before: Values
    after: Values
    flat: Values
    dense: Values
    logits: Values
    hidden: Values


def teacher_pass(images: Values, layers: Sequence[tuple[Any, Any]]) -> Pass:
    """The lecture's teacher in eval mode.

    Parameters
    ----------
    images : array
        (N, 3, 32, 32).
    layers : sequence of (weight, bias)
        Four convolutions, the second and the fourth followed by pooling, and two linear layers.
    """
    maps = _relu(_convolution(images, *layers[0]))
    maps = _relu(np.max(_windows(_convolution(maps, *layers[1])), axis=4))
    before = _relu(_convolution(maps, *layers[2]))
    after = _convolution(before, *layers[3])
    pooled = np.max(_windows(after), axis=4)  # ReLU and max-pooling may change places
    flat = _relu(pooled).reshape(len(images), -1)
    (in_weight, in_bias), (out_weight, out_bias) = layers[4:]
    dense = flat @ in_weight.T + in_bias
    logits = _relu(dense) @ out_weight.T + out_bias
    return Pass(before, after, flat, dense, logits, pair_means(flat))


def teacher_gradients(
    seen: Pass, layers: Sequence[tuple[Any, Any]], cotangent: Any
) -> list[tuple[Values, Values]]:
    """Derivatives of ``sum(logits · cotangent) + sum(hidden)`` by the last three layers.

    Returns
    -------
    list of (weight, bias)
        Of the last convolution and of the two linear layers, each in the parameters' shapes.
    """
    (in_weight, _), (out_weight, _) = layers[4:]
    out = cotangent.T @ _relu(seen.dense), np.sum(cotangent, axis=0)
    by_dense = (cotangent @ out_weight) * _slope(seen.dense)  # (N, 512)
    inner = by_dense.T @ seen.flat, np.sum(by_dense, axis=0)
    windows = _windows(seen.after)
    pooled = np.max(windows, axis=4)
    by_pooled = (by_dense @ in_weight + 0.5).reshape(pooled.shape) * _slope(pooled)
    by_windows = _winners(windows) * by_pooled.reshape(*pooled.shape, 1)
    by_after = _by_channel(_from_windows(by_windows))  # (N·H·W, 32)
    by_weight = by_after.T @ _columns(seen.before)
    last = by_weight.reshape(layers[3][0].shape), np.sum(by_after, axis=0)
    return [last, inner, out]


def _length(rows: Values) -> Values:
    return np.sqrt(np.sum(rows * rows, axis=1, keepdims=True))  # (N, 1)


def _columns(maps: Values) -> Values:
    """The 3×3 neighbourhood of each position, zeros around the map: (N·H·W, C·9)."""
    count, channels, height, width = maps.shape
    row, column = np.zeros((count, channels, 1, width)), np.zeros((count, channels, height + 2, 1))
    padded = np.concatenate([row, maps, row], axis=2)
    padded = np.concatenate([column, padded, column], axis=3)
    shifted = [
        padded[:, :, i : i + height, j : j + width][:, :, None] for i in range(3) for j in range(3)
    ]
    near = np.concatenate(shifted, axis=2)  # (N, C, 9, H, W)
    return near.transpose(0, 3, 4, 1, 2).reshape(count * height * width, channels * 9)


def _convolution(maps: Values, weight: Any, bias: Any) -> Values:
    count, _, height, width = maps.shape
    result = _columns(maps) @ weight.reshape(len(weight), -1).T + bias  # (N·H·W, O)
    return result.reshape(count, height, width, len(weight)).transpose(0, 3, 1, 2)


def _by_channel(maps: Values) -> Values:
    return maps.transpose(0, 2, 3, 1).reshape(-1, maps.shape[1])  # (N·H·W, C)


def _windows(maps: Values) -> Values:
    """The 2×2 windows: (N, C, H / 2, W / 2, 4)."""
    count, channels, height, width = maps.shape
    split = maps.reshape(count, channels, height // 2, 2, width // 2, 2)
    return split.transpose(0, 1, 2, 4, 3, 5).reshape(
        count, channels, height // 2, width // 2, 4
    )


def _from_windows(windows: Values) -> Values:
    count, channels, height, width, _ = windows.shape
    split = windows.reshape(count, channels, height, width, 2, 2)
    return split.transpose(0, 1, 2, 4, 3, 5).reshape(count, channels, 2 * height, 2 * width)


def _relu(x: Values) -> Values:
    return x * _slope(x)


def _slope(x: Values) -> Values:
    """1 where positive, else 0; not certain where rounding may turn the sign."""
    return _certain(_plain(x) > 0, np.abs(_plain(x)), x)


def _winners(windows: Values) -> Values:
    """1 for the largest number of each window, else 0; not certain where two are close."""
    values = np.sort(_plain(windows), axis=4)
    first, second = values[..., 3:], values[..., 2:3]
    won = _plain(windows) == first
    return _certain(won, np.where(won, first - second, first - _plain(windows)), windows)


def _certain(chosen: Any, distance: Any, x: Values) -> Values:
    """A choice by ``x``, with a variance of 1 where the distance to another choice is rounding."""
    if not isinstance(x, Rounded):
        return 1.0 * chosen
    doubtful = distance < SAFETY * np.sqrt(x.variance)
    return Rounded(chosen, 1.0 * doubtful, x.product_unit)


def _plain(x: Values) -> Any:
    return x.value if isinstance(x, Rounded) else x
