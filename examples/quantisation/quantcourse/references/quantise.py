"""Quantisation from its definitions, in float64 NumPy, with the tolerance of float32.

``Rounded`` arrays (`autograder.checks.rounding`) carry the error of float32 arithmetic along; what
is rounded to integers carries none, as long as no number lies near the middle between two: cases
are drawn so, see `is_clear`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from autograder.checks.rounding import Array, Rounded, exact

#: How near to the middle between two integers a number may come: 8-bit integers have errors of
#: 255 · 2⁻²⁴ · (a few operations) in float32.
CLEARANCE = 5e-4


@dataclass(frozen=True, eq=False)
class Affine:
    """Integers with scale and zero point (Jacob et al. 2018, eq. 1: ``r = S (q − Z)``).

    Attributes
    ----------
    integers : Array
        ``q``, 0 to 2^bits − 1, in the shape of the numbers.
    scale : Rounded
        ``S``, above 0.
    zero_point : float
        ``Z``, an integer of the same range: what 0.0 becomes.
    restored : Rounded
        ``S (q − Z)``.
    """

    integers: Array
    scale: Rounded
    zero_point: float
    restored: Rounded


def affine(x: Array, bits: int) -> Affine:
    """Asymmetric quantisation over the range of the numbers, 0 always in it.

    Rounding is to the nearest integer, of two equally near ones to the even one (IEEE 754, 4.3.1).
    Numbers that are all 0 get scale 1 and zero point 0.
    """
    low, high, top = min(float(x.min()), 0.0), max(float(x.max()), 0.0), 2**bits - 1
    scale: Any = (exact(high) - exact(low)) / exact(top) if high > low else exact(1.0)
    zero_point = float(np.rint(-low / scale.value))
    integers = np.clip(np.rint(x / scale.value) + zero_point, 0, top)
    return Affine(integers, scale, zero_point, exact(integers - zero_point) * scale)


@dataclass(frozen=True, eq=False)
class PerChannel:
    """Weights as integers with one scale for each output channel (Nagel et al. 2021, sec. 2.4).

    Attributes
    ----------
    integers : Array
        (O, …), −(2^(bits−1) − 1) to 2^(bits−1) − 1.
    scales : Rounded
        (O,), above 0.
    errors : Rounded
        (O,), mean squared difference between weight and ``scale · integer``.
    """

    integers: Array
    scales: Rounded
    errors: Rounded


def per_channel(weight: Array, bits: int) -> PerChannel:
    """Symmetric quantisation of each output channel; a channel of zeros gets scale 1."""
    top = 2 ** (bits - 1) - 1
    flat = weight.reshape(len(weight), -1)  # (O, K)
    largest = np.abs(flat).max(axis=1)  # (O,)
    scales: Any = exact(np.where(largest > 0, largest, top)) / exact(float(top))
    integers = np.clip(np.rint(flat / scales.value[:, None]), -top, top)
    rest: Any = exact(flat) - exact(integers) * scales.reshape(-1, 1)
    errors: Any = np.mean(np.square(rest), axis=1)
    return PerChannel(integers.reshape(weight.shape), scales, errors)


def is_clear(quotients: Array) -> bool:
    """Whether float32 cannot round any of these numbers to another integer than float64 does."""
    distance = np.abs(quotients - np.floor(quotients) - 0.5)
    return bool((distance > CLEARANCE).all())
