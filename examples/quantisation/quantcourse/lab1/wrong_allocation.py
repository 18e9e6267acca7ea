"""Wrong ways to write exercise q-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text
from torch import Tensor

from quantcourse.references.allocation import RIVALS, Rule, best_two

Chooses = Callable[[Tensor, Tensor, Tensor, int], Any]


def _by(rule: Rule) -> Chooses:
    """A rule of the references as a student's function."""

    def choose(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> Any:
        found = rule(losses.double().numpy(), sizes.numpy(), options.numpy(), budget)
        return [int(bits) for bits in found]

    return choose


def _best(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    found, _ = best_two(losses.double().numpy(), sizes.numpy(), options.numpy(), budget)
    return [int(bits) for bits in found]


def _places(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    return [options.tolist().index(bits) for bits in _best(losses, sizes, options, budget)]


def _one_number(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> int:
    return sum(_best(losses, sizes, options, budget))


def _no_budget(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    return [int(options[at]) for at in losses.argmin(1)]


def _strictly_below(losses: Tensor, sizes: Tensor, options: Tensor, budget: int) -> list[int]:
    return _best(losses, sizes, options, budget - 1)


BITS = (
    Wrong(
        "greedy",
        Text(
            "한 번에 한 층씩 가장 이득인 층의 bit를 늘렸습니다. 모든 배분 가운데 가장 좋은 것이 "
            "아닐 수 있습니다.",
            "One layer at a time gets more bits where that pays most now. The best of all "
            "allocations may be another one.",
        ),
        _by(RIVALS["greedy"]),
    ),
    Wrong(
        "first-layers-first",
        Text(
            "앞의 층부터 차례로 가장 좋은 bit를 주어 뒤의 층에 남는 것이 없습니다.",
            "The first layers take what is best for them, and nothing is left for the last.",
        ),
        _by(RIVALS["first-layers-first"]),
    ),
    Wrong(
        "one-number-for-all",
        Text(
            "모든 층에 같은 bit를 주었습니다. 층마다 다를 수 있습니다.",
            "Every layer gets the same number of bits; they may differ.",
        ),
        _by(RIVALS["one-number-for-all"]),
    ),
    Wrong(
        "equal-shares",
        Text(
            "예산을 층의 수로 나누었습니다. 예산은 모든 층이 함께 쓰는 것입니다.",
            "The budget is cut into equal shares, but it is for all layers together.",
        ),
        _by(RIVALS["equal-shares"]),
    ),
    Wrong(
        "sizes-ignored",
        Text(
            "층의 weight 개수를 쓰지 않았습니다. 큰 층의 1 bit는 작은 층의 1 bit보다 비쌉니다.",
            "The numbers of weights are not used: a bit costs more in a large layer.",
        ),
        _by(RIVALS["sizes-ignored"]),
    ),
    Wrong(
        "budget-ignored",
        Text("예산을 지키지 않았습니다.", "The budget is not kept."),
        _no_budget,
    ),
    Wrong(
        "strictly-below",
        Text(
            "예산을 정확히 다 쓰는 배분도 허용됩니다.",
            "An allocation that takes the budget to the bit is allowed too.",
        ),
        _strictly_below,
    ),
    Wrong(
        "places-instead-of-bits",
        Text(
            "Bit 수가 아니라 표의 열 번호를 돌려주었습니다.",
            "What is returned are columns of the table, not numbers of bits.",
        ),
        _places,
    ),
    Wrong(
        "most-loss",
        Text("Loss가 가장 크게 늘어나는 배분입니다.", "This allocation has the largest loss."),
        _by(RIVALS["most-loss"]),
    ),
    Wrong(
        "fewest-bits",
        Text(
            "Loss를 보지 않고 가장 작은 크기를 골랐습니다.",
            "The smallest size is chosen, whatever it loses.",
        ),
        _by(RIVALS["fewest-bits"]),
    ),
    Wrong(
        "most-bits",
        Text(
            "Loss를 보지 않고 예산을 가장 많이 쓰는 배분을 골랐습니다.",
            "The allocation that fills the budget is chosen, whatever it loses.",
        ),
        _by(RIVALS["most-bits"]),
    ),
    Wrong(
        "worst-layer",
        Text(
            "가장 나쁜 층의 loss만 보았습니다. 모든 층의 합을 작게 해야 합니다.",
            "Only the worst layer's loss counts here; it is the sum that should be small.",
        ),
        _by(RIVALS["worst-layer"]),
    ),
    Wrong(
        "weighted-by-size",
        Text(
            "Loss에 층의 크기를 곱했습니다. 표의 값은 이미 네트워크 전체의 loss입니다.",
            "Losses are weighted by the sizes, but the table already holds the network's losses.",
        ),
        _by(RIVALS["weighted-by-size"]),
    ),
    Wrong(
        "one-number",
        Text(
            "층마다의 bit가 아니라 그 합입니다.", "The sum of the bits instead of one per layer."
        ),
        _one_number,
    ),
)
