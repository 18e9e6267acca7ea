"""The quantised network, rebuilt from integers and scales, in float64 NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from autograder.checks.rounding import Array
from numpy.lib.stride_tricks import sliding_window_view

SLOPE = 0.1  # of the leaky ReLU


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer in integers.

    Attributes
    ----------
    weight : Array
        (O, I, 3, 3) or (O, I): scales times integers.
    bias : Array
        (O,).
    scale, zero_point, bits
        Of the layer's input; ``bits`` None: the input stays as it is.
    """

    weight: Array
    bias: Array
    scale: float = 1.0
    zero_point: float = 0.0
    bits: int | None = None

    def received(self, x: Array) -> Array:
        """What is left of the layer's input."""
        if self.bits is None:
            return x
        q = np.clip(np.rint(x / self.scale) + self.zero_point, 0, 2**self.bits - 1)
        return np.asarray(self.scale * (q - self.zero_point))


def logits(images: Array, layers: Mapping[str, Layer]) -> Array:
    """Logits (N, 10) of images (N, 1, 8, 8)."""
    x = leaky(convolve(images, layers["conv1"]))  # (N, 16, 8, 8)
    x = halve(leaky(convolve(x, layers["conv2"])))  # (N, 32, 4, 4)
    x = halve(leaky(convolve(x, layers["conv3"])))  # (N, 32, 2, 2)
    last = layers["fc"]
    flat = last.received(x.reshape(len(x), -1))  # (N, 128)
    return np.asarray(flat @ last.weight.T + last.bias)


def convolve(x: Array, layer: Layer) -> Array:
    """Cross-correlation with a 3 × 3 kernel, the border filled with zeros: (N, O, H, W)."""
    padded = np.pad(layer.received(x), ((0, 0), (0, 0), (1, 1), (1, 1)))
    patches = sliding_window_view(padded, (3, 3), axis=(2, 3))  # (N, I, H, W, 3, 3)
    found = np.tensordot(patches, layer.weight, axes=((1, 4, 5), (1, 2, 3)))  # (N, H, W, O)
    return np.asarray(found.transpose(0, 3, 1, 2) + layer.bias[:, None, None])


def leaky(x: Array) -> Array:
    """Leaky ReLU."""
    return np.where(x > 0, x, SLOPE * x)


def halve(x: Array) -> Array:
    """Largest of each 2 × 2 pixels: (N, C, H / 2, W / 2)."""
    n, c, h, w = x.shape
    return np.asarray(x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5)))
