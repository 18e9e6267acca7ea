"""Weights and images for a student's network, from a seed and a shape.

The weights depend on nothing but the shape of each parameter. So the names, and
the order in which the layers were written down, make no difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from labkit.judge.case import Array


# Every known mistake is tried with the same weights; 64 are those of one exercise.
@lru_cache(maxsize=64)
def weight_of(shape: tuple[int, ...], seed: int, identity: bool = False) -> Array:
    """Values for a parameter: float64 that float32 holds exactly. Not to be changed in place.

    Parameters
    ----------
    shape : tuple of int
        Shape of the parameter.
    seed : int
        Which values.
    identity : bool, default False
        Let square matrices be the identity and biases 1.
    """
    # The legacy generator: NumPy promises that its numbers stay the same in every version.
    noise = np.random.RandomState([seed, *shape]).uniform(-1, 1, shape)
    if identity and (len(shape) == 1 or shape[:1] * 2 == shape):
        return np.eye(shape[0]) if len(shape) == 2 else np.ones(shape)
    fan_in = math.prod(shape[1:]) if len(shape) > 1 else 16
    scaled = noise * math.sqrt(6 / fan_in)  # He's range keeps the size of the values from layer on
    return scaled.astype(np.float32).astype(np.float64)


def images_of(shape: Sequence[int], seed: int) -> Array:
    """Images for a network: normal numbers, rounded to multiples of 1/64."""
    return np.round(np.random.RandomState(seed).normal(0, 1, shape) * 64) / 64


def load_weights(model: nn.Module, seed: int, identity: bool = False) -> None:
    """Put `weight_of` into every parameter of a network."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(weight_of(tuple(parameter.shape), seed, identity)))
