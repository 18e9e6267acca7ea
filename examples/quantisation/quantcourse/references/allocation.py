"""The bits of each layer, exactly: every allocation is looked at. And what other rules choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
from autograder.checks.rounding import Array

#: From losses (L, B), sizes (L,), options (B,) and a budget, the bits of each layer (L,).
Rule = Callable[[Array, Array, Array, int], Array]


def allocations(layers: int, options: Array) -> Array:
    """All allocations, as columns of the loss table: (A, L) with A = B^L."""
    return np.array(list(product(range(len(options)), repeat=layers)))


def best_two(losses: Array, sizes: Array, options: Array, budget: int) -> tuple[Array, float]:
    """The allocation that fits the budget with the least loss, and how much the second one loses.

    Parameters
    ----------
    losses : Array
        (L, B), loss increase of each layer with each number of bits.
    sizes : Array
        (L,), weights of each layer.
    options : Array
        (B,), numbers of bits.
    budget : int
        Bits that all weights may take.

    Returns
    -------
    bits : Array
        (L,), the bits of each layer.
    gap : float
        Loss of the second best minus loss of the best; infinite without a second one.
    """
    every = allocations(len(sizes), options)  # (A, L)
    cost = options[every] @ sizes  # (A,)
    loss = losses[np.arange(len(sizes)), every].sum(axis=1)  # (A,)
    fitting = np.flatnonzero(cost <= budget)
    order = fitting[np.argsort(loss[fitting], kind="stable")]
    gap = float(loss[order[1]] - loss[order[0]]) if len(order) > 1 else np.inf
    return options[every[order[0]]], gap


def by_other_measure(
    measure: Callable[[Array, Array, Array], Array],
    cost: Callable[[Array, Array], Array] = lambda bits, sizes: bits @ sizes,
) -> Rule:
    """A rule that minimises something else, or counts the size otherwise.

    Parameters
    ----------
    measure : callable
        From the losses (A, L) and bits (A, L) of all allocations and the sizes (L,), what is made
        small: (A,).
    cost : callable
        From bits (A, L) and sizes (L,), what may not exceed the budget: (A,).
    """

    def rule(losses: Array, sizes: Array, options: Array, budget: int) -> Array:
        every = allocations(len(sizes), options)
        bits, taken = options[every], losses[np.arange(len(sizes)), every]
        fitting = np.flatnonzero(cost(bits, sizes) <= budget)
        return np.asarray(bits[fitting[measure(taken, bits, sizes)[fitting].argmin()]])

    return rule


def greedy(losses: Array, sizes: Array, options: Array, budget: int) -> Array:
    """From the fewest bits up, the step that saves most loss per bit."""
    chosen = np.zeros(len(sizes), dtype=int)
    while True:
        used = int(options[chosen] @ sizes)
        best, step = 0.0, -1
        for layer, at in enumerate(chosen):
            if at + 1 == len(options):
                continue
            price = int((options[at + 1] - options[at]) * sizes[layer])
            gain = float(losses[layer, at] - losses[layer, at + 1]) / price
            if used + price <= budget and gain > best:
                best, step = gain, layer
        if step < 0:
            return np.asarray(options[chosen])
        chosen[step] += 1


def first_layers_first(losses: Array, sizes: Array, options: Array, budget: int) -> Array:
    """Each layer takes what is best for it, as long as the next ones can have the fewest bits."""
    left, found = budget, []
    for number, row in enumerate(losses):
        reserve = int(options[0]) * int(sizes[number + 1 :].sum())
        fitting = np.flatnonzero(options * sizes[number] <= left - reserve)
        found.append(int(options[fitting[row[fitting].argmin()]]))
        left -= found[-1] * int(sizes[number])
    return np.array(found)


def uniform(losses: Array, sizes: Array, options: Array, budget: int) -> Array:
    """The same bits for every layer, as many as fit."""
    most = options[options * sizes.sum() <= budget].max()
    return np.full(len(sizes), most)


def equal_shares(losses: Array, sizes: Array, options: Array, budget: int) -> Array:
    """The best for each layer in its share of the budget; the fewest bits where nothing fits."""
    share = budget / len(sizes)
    found = []
    for row, size in zip(losses, sizes, strict=True):
        fitting = np.flatnonzero(options * size <= share)
        found.append(options[fitting[row[fitting].argmin()]] if len(fitting) else options[0])
    return np.array(found)


#: What is not asked for, by the name of the mistake: cases tell each from the best allocation.
RIVALS: Mapping[str, Rule] = {
    "greedy": greedy,
    "first-layers-first": first_layers_first,
    "one-number-for-all": uniform,
    "equal-shares": equal_shares,
    "sizes-ignored": by_other_measure(
        lambda taken, bits, sizes: taken.sum(1),
        lambda bits, sizes: bits.sum(1) * sizes.mean(),
    ),
    "fewest-bits": by_other_measure(lambda taken, bits, sizes: bits @ sizes),
    "most-bits": by_other_measure(lambda taken, bits, sizes: -(bits @ sizes)),
    "most-loss": by_other_measure(lambda taken, bits, sizes: -taken.sum(1)),
    "worst-layer": by_other_measure(lambda taken, bits, sizes: taken.max(1)),
    "weighted-by-size": by_other_measure(lambda taken, bits, sizes: taken @ sizes),
}
