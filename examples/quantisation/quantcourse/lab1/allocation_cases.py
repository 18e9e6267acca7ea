"""Cases of q-3, and what is expected there: each has exactly one best allocation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array
from labkit.judge.case import Case

from quantcourse.references.allocation import RIVALS, best_two

#: By how much the second best allocation loses: sums of 1/64 are exact, so anything above 0 would
#: do; this leaves room for honest divisions on the way.
GAP = 1 / 64


def allocation_cases(draw: Draw) -> list[KnownCase]:
    """Cases of q-3."""
    few, many = np.array([2, 3, 4, 8]), np.array([2, 3, 4, 6, 8])
    return [
        _case("usual", draw, 4, few, 0.40, _telling),
        _case("usual", draw, 5, few, 0.55, _telling),
        _case("budget", draw, 4, few, 0.5, _uneven, exactly=True),
        _case("budget", draw, 3, many, 0.0, _anything),
        _case("budget", draw, 3, few, 1.0, _anything),
        _case("noise", draw, 4, few, 0.6, _noisy, noisy=True),
        _case("size", draw, 1, many, 0.6, _anything),
        _case("size", draw, 6, np.array([2, 4, 8]), 0.45, _uneven),
    ]


Wish = Callable[[Array, Array, Array, int], bool]


def _anything(losses: Array, sizes: Array, options: Array, budget: int) -> bool:
    return True


def _uneven(losses: Array, sizes: Array, options: Array, budget: int) -> bool:
    """Whether the best allocation gives the layers different bits."""
    bits, _ = best_two(losses, sizes, options, budget)
    return len(set(bits)) > 1


def _noisy(losses: Array, sizes: Array, options: Array, budget: int) -> bool:
    """Whether the budget binds, and the worst allocation is not the smallest one."""
    worst, smallest = (RIVALS[name] for name in ("most-loss", "fewest-bits"))
    given = losses, sizes, options, budget
    binds = int(options[losses.argmin(axis=1)] @ sizes) > budget
    return binds and _uneven(*given) and not np.array_equal(worst(*given), smallest(*given))


def _telling(losses: Array, sizes: Array, options: Array, budget: int) -> bool:
    """Whether every other rule chooses something else than the best; so do two similar ones."""
    given = losses, sizes, options, budget
    best = best_two(*given)[0]
    if np.array_equal(RIVALS["greedy"](*given), RIVALS["weighted-by-size"](*given)):
        return False
    return not any(np.array_equal(rule(*given), best) for rule in RIVALS.values())


def _case(
    tag: str,
    draw: Draw,
    layers: int,
    options: Array,
    share: float,
    wish: Wish,
    exactly: bool = False,
    noisy: bool = False,
) -> KnownCase:
    """A case with one best allocation.

    Parameters
    ----------
    share : float
        Where the budget lies between the least and the largest size, 0 to 1.
    wish : callable
        What else a drawn table must be like.
    exactly : bool
        Whether the budget is what the best allocation takes, to the bit.
    noisy : bool
        Whether more bits may lose more, as in measured tables.
    """
    while True:
        losses, sizes = _table(draw, layers, options, noisy), 10 * (draw.labels(layers, 90) + 10)
        least, most = int(options[0] * sizes.sum()), int(options[-1] * sizes.sum())
        budget = round(least + share * (most - least))
        bits, gap = best_two(losses, sizes, options, budget)
        if exactly:
            budget = int(bits @ sizes)
        if gap >= GAP and wish(losses, sizes, options, budget):
            return _known(tag, losses, sizes, options, budget, bits)


def _table(draw: Draw, layers: int, options: Array, noisy: bool) -> Array:
    """Losses (L, B), exact in float32: falling with the bits, or nearly so."""
    steps = np.abs(draw.numbers(layers, len(options), spread=1.0)) + 1 / 64
    falling = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]  # (L, B)
    spread = 4.0 ** (draw.labels(layers, 3) - 1)[:, None]  # layers differ in what they lose
    losses = np.round(falling * spread * 64) / 64
    return losses + 2 * draw.numbers(layers, len(options), spread=1.0) if noisy else losses


def _known(
    tag: str, losses: Array, sizes: Array, options: Array, budget: int, bits: Array
) -> KnownCase:
    parts = tuple(f"layer {number}" for number in range(1, len(sizes) + 1))
    arguments = {"losses": losses, "sizes": sizes, "options": options, "budget": budget}
    case = Case("call", arguments, returns=parts)
    expected = {f"value:{part}": np.asarray(float(b)) for part, b in zip(parts, bits, strict=True)}
    return KnownCase(tag, case, expected)
