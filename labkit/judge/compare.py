"""Compares what was seen with what was expected, place by place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from labkit.judge.case import Array, Fault

MATCH = 1e-4
"""Relative difference within which two submissions count as making the same mistake."""
#: What a student's shapes are told with: dimensions, size of one, and layers.
MOST_DIMENSIONS, LARGEST_SIZE, MOST_LAYERS = 16, 1e15, 100
#: Directions for arrays up to this size are kept: 10 MB in all.
MOST_KEPT = 4096


@dataclass(frozen=True, eq=False)
class Target:
    """An expected entry: the value, and how far off each number may be."""

    value: Array
    tolerance: Array


@dataclass(frozen=True)
class Difference:
    """How an entry differs from its target.

    Attributes
    ----------
    kind : str
        A key of `labkit.judge.messages.DIFFERENCES`, or of ``FAULTS`` for a fault.
    place : tuple of int
        Index of the first number that is off.
    got, expected : float
        The two numbers there.
    ratio : float or None
        What every number is off by, if it is one factor.
    """

    kind: str
    place: tuple[int, ...] = ()
    got: float = 0.0
    expected: float = 0.0
    ratio: float | None = None
    details: dict[str, Any] = field(default_factory=dict)


def difference(entry: Array | Fault, target: Target) -> Difference | None:
    """How an entry differs from its target; None if it does not."""
    if isinstance(entry, Fault):
        return Difference(entry.kind, details=entry.details)
    wanted = target.value
    entry = numbers_in(entry)
    if entry.size == wanted.size == 1:  # a one-element tensor's shape is another check's business
        entry = entry.reshape(wanted.shape)
    if entry.shape != wanted.shape:
        shapes = {"got": list(entry.shape), "expected": list(wanted.shape)}
        return Difference("shape", details=shapes)
    off = ~(np.abs(entry - wanted) <= target.tolerance)  # NaN is off
    if not off.any():
        return None
    place = tuple(int(i) for i in np.argwhere(off)[0]) if off.ndim else ()
    kind = "value" if np.isfinite(entry).all() else "not_finite"
    if not entry.any() and kind == "value":
        kind = "zero"
    got, expected = float(entry[place]), float(wanted[place])
    return Difference(kind, place, got, expected, common_ratio(entry, target))


def entry_difference(name: str, entry: Array | Fault, target: Target) -> Difference | None:
    """As `difference`; the numbers of the entries ``shape`` and ``layers`` are told as shapes."""
    found = difference(entry, target)
    what = name.partition(":")[0]
    dimensions = {"shape": 1, "layers": 2}.get(what)
    if found is None or isinstance(entry, Fault) or entry.ndim != dimensions:
        return found
    if what == "shape":
        shapes = {"got": _sizes(entry), "expected": _sizes(target.value)}
        return Difference("shape", details=shapes)
    rows = (entry[:MOST_LAYERS], target.value)
    got, wanted = (Counter(map(str, map(_sizes, each))) for each in rows)
    parts = {"missing": wanted - got, "extra": got - wanted}
    return Difference(
        "layers", details={n: ", ".join(c.elements()) or "–" for n, c in parts.items()}
    )


def numbers_in(entry: Array) -> Array:
    """An entry as float64. Entries stay as they came until one of them is compared."""
    return entry if entry.dtype == np.float64 else entry.astype(np.float64)


def _sizes(numbers: Array) -> list[int]:
    """A shape from its numbers, without the zeros that fill it up; not more than can be told."""
    told = numbers[:MOST_DIMENSIONS]
    return [int(size) for size in told if size and abs(size) < LARGEST_SIZE]


def common_ratio(entry: Array, target: Target) -> float | None:
    """The factor between an entry and its target, if it is the same in every place."""
    clear = np.abs(target.value) > 20 * target.tolerance  # elsewhere the ratio is noise
    if not clear.any() or not np.isfinite(entry).all():
        return None
    ratios = (entry / np.where(clear, target.value, 1))[clear]
    middle = float(np.median(ratios))
    constant = np.allclose(ratios, middle, rtol=0.02, atol=0) and abs(middle) > 1e-6
    return middle if constant else None


def digest(entry: Array | Fault) -> Array | Fault:
    """An entry in a few numbers, by which two submissions are told to do the same or not.

    An array of more than six numbers becomes its shape and three random projections: enough to
    recognise a mistake, and small enough to ship for all of them.
    """
    if isinstance(entry, Fault):
        return entry
    entry = numbers_in(entry)
    if entry.size <= 6:
        return entry
    directions = (_kept_directions if entry.size <= MOST_KEPT else _directions)(entry.size)
    with np.errstate(invalid="ignore"):
        return np.concatenate([entry.shape, directions @ entry.ravel()])


@lru_cache(maxsize=100)
def _kept_directions(size: int) -> Array:
    return _directions(size)


def _directions(size: int) -> Array:
    # The legacy generator: NumPy promises that its numbers stay the same in every version.
    return np.random.RandomState(size).uniform(-1, 1, (3, size))


def same(entry: Array | Fault, other: Array | Fault, target: Target) -> bool:
    """Whether two digests are of the same entry, faults included, up to rounding."""
    if isinstance(entry, Fault) or isinstance(other, Fault):
        if not (isinstance(entry, Fault) and isinstance(other, Fault)):
            return False
        return entry.kind == other.kind and entry.details.get("type") == other.details.get("type")
    if entry.shape != other.shape:
        return False
    size = np.abs(other[np.isfinite(other)]).max(initial=0.0)
    rounding = float(np.max(target.tolerance, initial=0.0)) * target.value.size**0.5
    with np.errstate(invalid="ignore"):
        close = np.abs(entry - other) <= max(rounding, MATCH * size)
    return bool(np.all(close | (np.isnan(entry) & np.isnan(other)) | (entry == other)))
