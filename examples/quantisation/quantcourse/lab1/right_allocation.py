"""Honest ways to write exercise q-3."""

from __future__ import annotations

import heapq
import itertools

import numpy as np
import torch
from autograder.checks.exercise import right_ways
from torch import Tensor


def bits_product(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    best, chosen = float("inf"), []
    for places in itertools.product(range(len(options)), repeat=len(sizes)):
        cost = sum(int(sizes[layer]) * int(options[at]) for layer, at in enumerate(places))
        loss = sum(float(losses[layer, at]) for layer, at in enumerate(places))
        if cost <= budget and loss < best:
            best, chosen = loss, [int(options[at]) for at in places]
    return chosen


def bits_recursive(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    table, weights, numbers = losses.tolist(), sizes.tolist(), options.tolist()

    def best(layer: int, left: int) -> tuple[float, list[int]]:
        if layer == len(weights):
            return 0.0, []
        found: tuple[float, list[int]] = (float("inf"), [])
        for number, loss in zip(numbers, table[layer], strict=True):
            if number * weights[layer] <= left:
                rest, others = best(layer + 1, left - number * weights[layer])
                found = min(found, (loss + rest, [number, *others]))
        return found

    return best(0, budget)[1]


def bits_dynamic(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    """Dynamic programming: the least loss for each cost that is reached."""
    reached: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for layer in range(len(sizes)):
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for cost, (loss, bits) in reached.items():
            for at, number in enumerate(options.tolist()):
                new = cost + number * int(sizes[layer])
                entry = (loss + float(losses[layer, at]), (*bits, number))
                if new <= budget and (new not in further or entry < further[new]):
                    further[new] = entry
        reached = further
    return list(min(reached.values())[1])


def bits_cartesian(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    layers = len(sizes)
    grids = torch.meshgrid(*[torch.arange(len(options))] * layers, indexing="ij")
    places = torch.stack([grid.reshape(-1) for grid in grids], dim=1)  # (B^L, L)
    cost = (options[places] * sizes).sum(1)
    loss = losses.double().gather(1, places.T).sum(0)
    loss[cost > budget] = float("inf")
    return [int(number) for number in options[places[loss.argmin()]]]


def bits_numpy(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    table, numbers = losses.numpy(), options.numpy()
    places = np.indices((len(numbers),) * len(sizes)).reshape(len(sizes), -1)  # (L, B^L)
    loss = np.take_along_axis(table, places, axis=1).sum(0)
    cost = sizes.numpy() @ numbers[places]
    best = np.flatnonzero(cost <= budget)[loss[cost <= budget].argmin()]
    return list(numbers[places[:, best]])


def bits_best_first(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    """Allocations from the least loss up; the first that fits is the best."""
    orders = losses.argsort(dim=1).tolist()  # (L, B)
    start = (0,) * len(sizes)
    total = sum(float(losses[layer, order[0]]) for layer, order in enumerate(orders))
    heap, seen = [(total, start)], {start}
    while True:
        loss, ranks = heapq.heappop(heap)
        bits = [int(options[orders[layer][rank]]) for layer, rank in enumerate(ranks)]
        if sum(b * s for b, s in zip(bits, sizes.tolist(), strict=True)) <= budget:
            return bits
        for layer, rank in enumerate(ranks):
            after = (*ranks[:layer], rank + 1, *ranks[layer + 1 :])
            if rank + 1 < len(options) and after not in seen:
                seen.add(after)
                now, then = orders[layer][rank], orders[layer][rank + 1]
                more = float(losses[layer, then] - losses[layer, now])
                heapq.heappush(heap, (loss + more, after))


def bits_frontier(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    """Layer by layer, only what no cheaper allocation beats is kept."""
    kept: list[tuple[int, float, list[int]]] = [(0, 0.0, [])]
    for row, size in zip(losses.tolist(), sizes.tolist(), strict=True):
        grown = sorted(
            (cost + size * b, loss + more, [*bits, b])
            for cost, loss, bits in kept
            for b, more in zip(options.tolist(), row, strict=True)
            if cost + size * b <= budget
        )
        kept, least = [], float("inf")
        for each in grown:
            if each[1] < least:
                least = each[1]
                kept.append(each)
    return kept[-1][2]


BITS = right_ways(
    bits_product,
    bits_recursive,
    bits_dynamic,
    bits_cartesian,
    bits_numpy,
    bits_best_first,
    bits_frontier,
)
