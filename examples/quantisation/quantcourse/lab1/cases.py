"""Cases of q-1 and q-2, and what is expected there."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array
from labkit.judge.case import Case

from quantcourse.references.quantise import affine, is_clear, per_channel

AFFINE_PARTS = ("integers", "scale", "zero_point", "restored")
CHANNEL_PARTS = ("integers", "scales", "errors")

# Scale 1/4, zero point 2 (even: rounding before or after adding it is the same), 4 bits. Halves
# are exact in float32; the largest number rounds to 14, and with the zero point goes beyond 15.
_TIES = np.array([-1.5, 13.5, 0.5, 1.5, 2.5, 3.5, -0.5, 7.0, 0.0, 10.5, 12.5, 4.5]) / 4


def affine_cases(draw: Draw) -> list[KnownCase]:
    """Cases of q-1."""
    return [
        _affine("usual", _clear(draw, (3, 7), 4), 4),
        _affine("usual", _clear(draw, (12,), 5, shift=1.0), 5),
        _affine("zero", np.abs(_clear(draw, (9,), 4, shift=9.0)), 4),
        _affine("zero", -np.abs(_clear(draw, (8,), 3, shift=-9.0)), 3),
        _affine("zero", np.zeros((2, 3)), 4),
        _affine("ties", _TIES, 4),
        _affine("size", _clear(draw, (2, 3, 2, 2), 2), 2),
        _affine("size", _clear(draw, (10,), 8), 8),
        _affine("size", _clear(draw, (4, 5), 4), 4, layout="strided"),
        _affine("size", _clear(draw, (4, 5), 6), 6, dtype="float64"),
    ]


def _affine(tag: str, x: Array, bits: int, **special: Any) -> KnownCase:
    found = affine(x, bits)
    case = Case("call", {"x": x, "bits": bits}, returns=AFFINE_PARTS, **special)
    return KnownCase(
        tag,
        case,
        {
            "value:integers": found.integers,
            "value:scale": found.scale,
            "value:zero_point": np.asarray(found.zero_point),
            "value:restored": found.restored,
        },
    )


def _clear(draw: Draw, shape: tuple[int, ...], bits: int, shift: float = 0.0) -> Array:
    """Numbers none of which float32 may round otherwise than float64, with both signs or one.

    Without a shift beyond the spread, there are numbers below and above 0, and the zero point is
    neither at the edge nor in the middle.
    """
    while True:
        x = draw.numbers(*shape) + shift
        if abs(shift) > 5:  # one sign alone
            x = np.sign(shift) * np.maximum(np.abs(x) * (np.sign(x) == np.sign(shift)), 2.0)
            low, high = min(x.min(), 0.0), max(x.max(), 0.0)
            apart = np.ptp(x) > 1
        else:
            low, high = x.min(), x.max()
            apart = low < -0.5 and high > 0.5 and abs(high + low) > 0.15 * (high - low)
        scale = (high - low) / (2**bits - 1)
        if apart and is_clear(np.append(x / scale, -low / scale)):
            return np.asarray(x)


def channel_cases(draw: Draw) -> list[KnownCase]:
    """Cases of q-2."""
    zeros = _clear_weight(draw, (3, 2, 2, 2), 4)
    zeros[1] = 0.0
    return [
        _channel("usual", _clear_weight(draw, (4, 3, 3, 3), 4), 4),
        _channel("usual", _clear_weight(draw, (5, 2, 3, 3), 3), 3),
        _channel("zeros", zeros, 4),
        _channel("ties", _tied_weight(draw), 4),
        _channel("size", _clear_weight(draw, (1, 2, 3, 3), 4), 4),
        _channel("size", _clear_weight(draw, (6, 9), 5), 5),
        _channel("bits", _clear_weight(draw, (3, 2, 3, 3), 2), 2),
        _channel("bits", _clear_weight(draw, (2, 3, 3, 3), 8), 8),
        _channel("size", _clear_weight(draw, (3, 2, 3, 2), 4), 4, layout="strided"),
        _channel("size", _clear_weight(draw, (4, 2, 1, 1), 6), 6, dtype="float64"),
    ]


def _channel(tag: str, weight: Array, bits: int, **special: Any) -> KnownCase:
    found = per_channel(weight, bits)
    case = Case("call", {"weight": weight, "bits": bits}, returns=CHANNEL_PARTS, **special)
    return KnownCase(
        tag,
        case,
        {
            "value:integers": found.integers,
            "value:scales": found.scales,
            "value:errors": found.errors,
        },
    )


def _clear_weight(draw: Draw, shape: tuple[int, ...], bits: int) -> Array:
    """Weights of channels with different ranges, of which the largest is negative in the first."""
    top = 2 ** (bits - 1) - 1
    while True:
        weight = draw.numbers(*shape, spread=1.0)
        weight *= 2.0 ** np.arange(len(weight)).reshape(-1, *[1] * (len(shape) - 1)) / 4
        flat = weight.reshape(len(weight), -1)  # (O, K)
        largest = np.abs(flat).max(axis=1)
        apart = largest.min() > 0.1 and -flat[0].min() > 1.2 * flat[0].max()
        if apart and is_clear(flat / largest[:, None] * top):
            return weight


def _tied_weight(draw: Draw) -> Array:
    """4 bits and scales 1/4, 1/2 and 1: quotients of −7 to 7 in steps of a half, 7 among them."""
    halves = draw.labels(3 * 8, 29).reshape(3, 8) / 2.0 - 7  # (3, 8)
    halves[:, :6] = [7.0, 2.5, 0.5, -0.5, -2.5, 4.5]
    return np.asarray(halves * np.array([[0.25], [0.5], [1.0]]))


