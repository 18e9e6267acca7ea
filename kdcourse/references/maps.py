"""The mean squared error and the regressor from their definitions, in float64 NumPy.

Works on arrays and on `autograder.checks.rounding.Rounded`, which then also give the tolerance.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kdcourse.references.cnn import unfold
from kdcourse.references.losses import Values


def mse(x: Values, y: Values) -> Values:
    """``1 / M · Σ (x_m − y_m)²`` over all M elements."""
    gap = x - y
    return np.sum(gap * gap) / math.prod(gap.shape)


def mse_gradient(x: Values, y: Values) -> Values:
    """Derivative of `mse` by ``x``; by ``y`` it is the opposite.

    Each side is scaled before the subtraction, so that the tolerance leaves room for the gradient
    of ``x² − 2xy + y²``, whose parts autograd adds up one by one.
    """
    factor = 2 / math.prod(x.shape)
    return x * factor - y * factor


def regressed(maps: Values, weight: Any, bias: Any) -> Values:
    """A 3×3 convolution with padding 1 of maps (N, C, H, W): (N, O, H, W)."""
    rows = weight.reshape(len(weight), -1)  # (O, 9 C)
    result = rows @ unfold(maps) + bias[:, None]  # (N, O, H W)
    return result.reshape(len(maps), len(weight), *maps.shape[2:])


def regressed_gradients(maps: Values, weight: Any, cotangent: Any) -> tuple[Values, Values, Values]:
    """Derivatives of ``sum(regressed(maps) * cotangent)`` by weight, bias and maps.

    A convolution's derivative by its input is the convolution with the kernels turned around.
    """
    count, channels = maps.shape[:2]
    g = cotangent.reshape(count, len(weight), -1)  # (N, O, H W)
    by_weight = np.sum(g @ unfold(maps).transpose(0, 2, 1), axis=0)
    by_bias = np.sum(np.sum(g, axis=2), axis=0)
    turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)  # (C, O, 3, 3)
    by_maps = turned.reshape(channels, -1) @ unfold(cotangent)
    return by_weight.reshape(*weight.shape), by_bias, by_maps.reshape(*maps.shape)
