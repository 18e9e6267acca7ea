"""Arrays that carry the rounding errors of float32 along: tolerances are derived from them.

A reference is computed in float64. How far may a correct float32 result be off? Evaluate the same
formula with `Rounded` arrays: beside each value stands the variance of the error that float32
arithmetic would have made on the way, taking the errors of single operations as independent
(N. J. Higham, T. Mary 2019, "A new approach to probabilistic rounding error analysis", SIAM J.
Sci. Comput. 41(5)). With unit roundoff ``u = 2**-24``:

    x + y, x * y …   variance of the arguments, passed on to first order, plus (u · result)²
    exp, log         the same, plus (2u · result)²: libraries are good to two units
    sum of n         the same, plus (log2(n) + 1) · (u · sum of magnitudes)²: blocked summation
    A @ B            products and sums as above; with TF32 each factor is first rounded to 11 bits

    tolerance = SAFETY · standard deviation + u · |value|

A value that is exact, such as the zero gradient of a teacher, has tolerance 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from labkit.judge.compare import Target

Array = np.ndarray[Any, np.dtype[Any]]

UNIT = 2.0**-24
"""Unit roundoff of float32."""

TF32_UNIT = 2.0**-11
"""Unit roundoff of the factors of a matrix product on a GPU that uses TF32."""

SAFETY = 16.0
"""Standard deviations: eight for chance, and twice that for formulas that round more often."""


class Rounded(NDArrayOperatorsMixin):
    """An array with the variance of its rounding error.

    Parameters
    ----------
    value : array_like
        The numbers; exact unless a variance is given.
    variance : array_like, optional
        Variance of each number's absolute error.
    product_unit : float, default `UNIT`
        Unit roundoff of the factors of matrix products.
    """

    __array_priority__ = 1000

    def __init__(self, value: Any, variance: Any = 0.0, product_unit: float = UNIT) -> None:
        self.value: Array = np.asarray(value, dtype=np.float64)
        self.variance: Array = np.broadcast_to(variance, self.value.shape)
        self.product_unit = product_unit

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return tuple(self.value.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.value.ndim

    def __len__(self) -> int:
        return len(self.value)

    def target(self) -> Target:
        """The value with its tolerance."""
        deviation = np.sqrt(self.variance)
        return Target(self.value, SAFETY * deviation + UNIT * np.abs(self.value) * (deviation > 0))

    def __getitem__(self, key: Any) -> Rounded:
        return self._like(self.value[key], self.variance[key])

    def reshape(self, *shape: Any) -> Rounded:
        """As of NumPy."""
        return self._like(self.value.reshape(*shape), self.variance.reshape(*shape))

    def transpose(self, *axes: int) -> Rounded:
        """As of NumPy."""
        return self._like(self.value.transpose(*axes), self.variance.transpose(*axes))

    @property
    def T(self) -> Rounded:
        """As of NumPy."""
        return self.transpose()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        rule = _RULES.get(ufunc.__name__)
        if method != "__call__" or rule is None or kwargs:
            return NotImplemented
        units = [x.product_unit for x in inputs if isinstance(x, Rounded)]
        parts = [x if isinstance(x, Rounded) else Rounded(x) for x in inputs]
        value, variance = rule(max(units), *parts)
        return Rounded(value, variance, max(units))

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any
    ) -> Any:
        rule = _FUNCTIONS.get(function.__name__)
        return NotImplemented if rule is None else rule(*args, **kwargs)

    def _like(self, value: Any, variance: Any) -> Rounded:
        return Rounded(value, variance, self.product_unit)


def exact(value: Any, product_unit: float = UNIT) -> Rounded:
    """Numbers that float32 holds exactly, such as the inputs of a case."""
    return Rounded(value, 0.0, product_unit)


Parts = tuple[Any, Any]


def _add(unit: float, x: Rounded, y: Rounded) -> Parts:
    value = x.value + y.value
    return value, x.variance + y.variance + (UNIT * value) ** 2


def _subtract(unit: float, x: Rounded, y: Rounded) -> Parts:
    value = x.value - y.value
    return value, x.variance + y.variance + (UNIT * value) ** 2


def _multiply(unit: float, x: Rounded, y: Rounded) -> Parts:
    value = x.value * y.value
    passed = x.value**2 * y.variance + y.value**2 * x.variance
    return value, passed + (UNIT * value) ** 2


def _divide(unit: float, x: Rounded, y: Rounded) -> Parts:
    value = x.value / y.value
    return value, (x.variance + value**2 * y.variance) / y.value**2 + (UNIT * value) ** 2


def _function(apply: Any, slope: Any, units: float) -> Callable[[float, Rounded], Parts]:
    """A rule for a function of one argument with its derivative and its own error."""

    def rule(unit: float, x: Rounded) -> Parts:
        value = apply(x.value)
        return value, slope(x.value) ** 2 * x.variance + (units * UNIT * value) ** 2

    return rule


def _maximum(unit: float, x: Rounded, y: Rounded) -> Parts:
    larger = x.value >= y.value
    return np.where(larger, x.value, y.value), np.where(larger, x.variance, y.variance)


def _power(unit: float, x: Rounded, y: Rounded) -> Parts:
    value = x.value**y.value
    slope = y.value * x.value ** (y.value - 1)
    return value, slope**2 * x.variance + (2 * UNIT * value) ** 2


def _matmul(unit: float, x: Rounded, y: Rounded) -> Parts:
    squares = x.value**2 @ y.value**2
    passed = x.value**2 @ y.variance + x.variance @ y.value**2
    sums = (_steps(x.shape[-1]) * UNIT**2) * (np.abs(x.value) @ np.abs(y.value)) ** 2
    factors = 2 * unit**2 if unit > UNIT else UNIT**2
    return x.value @ y.value, passed + sums + factors * squares


def _steps(count: int) -> float:
    """How many additions a number passes through in a blocked sum."""
    return math.log2(max(count, 1)) + 1


_RULES: dict[str, Callable[..., Parts]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "maximum": _maximum,
    "power": _power,
    "matmul": _matmul,
    "negative": lambda unit, x: (-x.value, x.variance),
    "absolute": lambda unit, x: (np.abs(x.value), x.variance),
    "exp": _function(np.exp, np.exp, 2),
    "log": _function(np.log, lambda x: 1 / x, 2),
    "sqrt": _function(np.sqrt, lambda x: 0.5 / np.sqrt(x), 1),
    "square": _function(np.square, lambda x: 2 * x, 1),
}


def _sum(x: Rounded, axis: Any = None, keepdims: bool = False) -> Rounded:
    value = np.sum(x.value, axis=axis, keepdims=keepdims)
    magnitude = np.sum(np.abs(x.value), axis=axis, keepdims=keepdims)
    count = x.value.size // max(np.size(value), 1)
    variance = np.sum(x.variance, axis=axis, keepdims=keepdims)
    return x._like(value, variance + _steps(count) * (UNIT * magnitude) ** 2 * (count > 1))


def _mean(x: Rounded, axis: Any = None, keepdims: bool = False) -> Rounded:
    total = _sum(x, axis, keepdims)
    quotient: Rounded = total / (x.value.size // max(total.value.size, 1))
    return quotient


def _max(x: Rounded, axis: int, keepdims: bool = False) -> Rounded:
    place = np.expand_dims(np.argmax(x.value, axis=axis), axis)
    value = np.take_along_axis(x.value, place, axis)
    variance = np.take_along_axis(x.variance, place, axis)
    if not keepdims:
        value, variance = value.squeeze(axis), variance.squeeze(axis)
    return x._like(value, variance)


def _where(condition: Array, x: Any, y: Any) -> Rounded:
    parts = [part if isinstance(part, Rounded) else Rounded(part) for part in (x, y)]
    value, variance = (
        np.where(condition, *(getattr(part, name) for part in parts))
        for name in ("value", "variance")
    )
    return Rounded(value, variance, max(part.product_unit for part in parts))


def _concatenate(arrays: Any, axis: int = 0) -> Rounded:
    parts = [part if isinstance(part, Rounded) else Rounded(part) for part in arrays]
    value, variance = (
        np.concatenate([getattr(part, name) for part in parts], axis=axis)
        for name in ("value", "variance")
    )
    return Rounded(value, variance, max(part.product_unit for part in parts))


_FUNCTIONS: dict[str, Callable[..., Rounded]] = {
    "sum": _sum,
    "mean": _mean,
    "max": _max,
    "amax": _max,
    "where": _where,
    "concatenate": _concatenate,
    "reshape": lambda x, shape: x.reshape(shape),
    "ravel": lambda x: x.reshape(-1),
    "transpose": lambda x, axes=None: x.transpose(*(axes or ())),
    "zeros_like": lambda x: exact(np.zeros(x.shape)),
}
