"""What an exercise is made of: cases, checks, hints; right and wrong ways to write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.checks.rounding import UNIT, Array, Rounded
from autograder.execution.submission import Submission
from autograder.marks.score import CheckScore
from labkit.judge.case import Case
from labkit.judge.messages import Text
from labkit.rules import Rule

#: What checks look at in most exercises, and what such checks are called.
VALUE = ("value",)
GRADIENT = ("gradient",)
CONTRACT = ("shape", "form", "inputs")
FORM = Text(
    "결과의 shape과 형식, 입력을 바꾸지 않음", "Shape and form of the result; inputs left alone"
)
SIZE = Text(
    "한 개의 샘플, 2개와 100개의 class, 다른 메모리 순서와 자료형",
    "One sample, 2 and 100 classes, other memory layout and type",
)


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
class KnownCase:
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
    """A part of an exercise.

    Parameters
    ----------
    weight : float
        Its part of the exercise's points, which the notebook says; 0 for a note to the student.
    entries : tuple of str
        What it looks at: ``"gradient"`` means every entry ``gradient`` or ``gradient:…``.
    tags : tuple of str
        In which trials; in all but those of notes if empty.
    """

    id: str
    weight: float
    title: Text
    entries: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def looks_at(self, entry: str) -> bool:
        """Whether the check looks at an entry."""
        return any(entry == e or entry.startswith(e + ":") for e in self.entries)


@dataclass(frozen=True, eq=False)
class Wrong:
    """A named mistake: explained without giving the answer, and somebody who makes it.

    Attributes
    ----------
    keeps : float
        The share of the points for values that whoever makes this mistake and no other one keeps,
        below 1. The exercise's text in the notebook says so.
    twins : mapping of str to function or class
        Other mistakes that come to the same in every case, so that nobody can tell them apart.
    """

    id: str
    message: Text
    subject: Any
    keeps: float = 0.0
    twins: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Right:
    """An honest way of writing it."""

    id: str
    subject: Any


def right_ways(*subjects: Any) -> tuple[Right, ...]:
    """Honest functions and classes, under their own names."""
    return tuple(Right(subject.__name__, subject) for subject in subjects)


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function or class that students write.

    Parameters
    ----------
    name : str
        Of the function or class.
    cases : callable
        Makes the cases, each with what is expected there, from a `Draw`.
    checks : tuple of Check
        What it is made of.
    right : tuple of Right
        Honest ways to write it; all of them earn full marks.
    wrong : tuple of Wrong
        Known mistakes; each is named to whoever makes it.
    hints : tuple of Text
        From vague to plain.
    rule : Rule or None
        What it must not be made of, beside what its cases forbid while they run.
    """

    id: str
    name: str
    title: Text
    cases: Callable[[Draw], Sequence[KnownCase]]
    checks: tuple[Check, ...]
    right: tuple[Right, ...]
    wrong: tuple[Wrong, ...]
    hints: tuple[Text, ...] = ()
    rule: Rule | None = None

    @property
    def weight(self) -> float:
        """The sum of the checks' weights."""
        return sum(check.weight for check in self.checks)


@dataclass(frozen=True, eq=False)
class Measured:
    """An exercise whose points follow from what is measured, such as of a network that it trains.

    Parameters
    ----------
    checks : tuple of Check
        What it gives points for; what they look at stays empty.
    measure : callable
        From the submission, what each check gives. It reports a student's fault as scores, and
        raises what is not the student's.
    """

    id: str
    title: Text
    checks: tuple[Check, ...]
    measure: Callable[[Submission], Sequence[CheckScore]]
