"""What an exercise is made of: planned trials, checks, hints; wrong and right ways to write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.checks.rounding import UNIT, Array, Rounded
from kdlab.checks.case import Case
from kdlab.checks.messages import Text


class Draw:
    """Numbers for cases: drawn from a seed, and exact in float32.

    Parameters
    ----------
    seed : int
        Public and hidden cases differ by it.
    product_unit : float
        See `autograder.checks.rounding`.
    """

    def __init__(self, seed: int, product_unit: float = UNIT) -> None:
        self._random = np.random.RandomState(seed)  # the generator whose numbers NumPy keeps
        self.product_unit = product_unit

    def numbers(self, *shape: int, spread: float = 2.0) -> Array:
        """Normal numbers, rounded to multiples of 1/64 so that few digits write them exactly."""
        return np.round(self._random.normal(0, spread, shape) * 64) / 64

    def labels(self, count: int, classes: int) -> Array:
        """Class indices."""
        return self._random.randint(0, classes, count).astype(np.int64)

    def exact(self, value: Any) -> Rounded:
        """Inputs for a reference function that is to give tolerances too."""
        return Rounded(value, 0.0, self.product_unit)


@dataclass(frozen=True, eq=False)
class Plan:
    """A case and what is expected there.

    Parameters
    ----------
    tag : str
        By which checks pick their trials.
    expected : dict
        Entries by name: `Rounded` arrays with their tolerance, plain arrays where nothing is
        rounded. ``shape``, ``form`` and ``inputs`` are added for calls.
    """

    tag: str
    case: Case
    expected: Mapping[str, Rounded | Array]


@dataclass(frozen=True)
class Check:
    """A part of an exercise's points.

    Parameters
    ----------
    points : float
        0 for a note to the student.
    entries : tuple of str
        What it looks at: ``"gradient"`` means every entry ``gradient`` or ``gradient:…``.
    tags : tuple of str
        In which trials; in all but those of notes if empty.
    """

    id: str
    points: float
    title: Text
    entries: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def looks_at(self, entry: str) -> bool:
        """Whether the check looks at an entry."""
        return any(entry == e or entry.startswith(e + ":") for e in self.entries)


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function or class that students write.

    Parameters
    ----------
    plans : callable
        Makes the trials from a `Draw`.
    """

    id: str
    name: str
    title: Text
    plans: Callable[[Draw], Sequence[Plan]]
    checks: tuple[Check, ...]
    hints: tuple[Text, ...] = field(default=())

    @property
    def points(self) -> float:
        """The sum of the checks' points."""
        return sum(check.points for check in self.checks)


@dataclass(frozen=True, eq=False)
class Wrong:
    """A named mistake: explained without giving the answer, and somebody who makes it."""

    id: str
    message: Text
    subject: Any


@dataclass(frozen=True, eq=False)
class Variant:
    """An honest way of writing it."""

    id: str
    subject: Any


def variants(*subjects: Any) -> tuple[Variant, ...]:
    """Honest functions and classes, under their own names."""
    return tuple(Variant(subject.__name__, subject) for subject in subjects)
