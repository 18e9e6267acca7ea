"""Wrong ways to write exercise 1-1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdcourse.lab1.wrong_common import _ITEM, _SIGN
from labkit.judge.messages import Text

_NO_MEAN = Text(
    "Batch에 대해 평균하지 않고 더하기만 했습니다. Batch가 크면 loss도 커집니다.",
    "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
)


def _log_p(logits: Tensor) -> Tensor:
    return torch.log_softmax(logits, 1)


@of_parts
def _cross_entropy(
    log: Callable[[Tensor], Tensor] = _log_p,
    kept: Callable[[Tensor, int], Tensor] = lambda y, ignore: y != ignore,
    divide: Callable[[Tensor, Tensor, int], Any] = lambda terms, weights, ignored: weights.sum(),
    divide_soft: Callable[[Tensor, Tensor], Any] = lambda logits, weights: len(logits),
    weigh: Callable[[Tensor], Tensor] = lambda weight: weight,
    weigh_soft: Callable[[Tensor], Tensor] = lambda weight: weight,
    soften: Callable[[Tensor], Tensor] = lambda probabilities: probabilities,
    end: Callable[[Tensor], Any] = lambda loss: loss,
    reduce: Callable[[Tensor], Tensor] = torch.sum,
) -> Callable[..., Any]:
    """A cross-entropy with one of its parts replaced; what is not given is right."""

    def cross_entropy(
        logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
    ) -> Any:
        w = torch.ones_like(logits[0]) if weight is None else weight
        log_p = log(logits)
        if labels.is_floating_point():
            targets = soften(labels) * weigh_soft(w)
            return end(-reduce((targets * log_p).sum(1)) / divide_soft(logits, targets))
        counts = kept(labels, ignore_index)
        y = labels[counts]
        picked, weights = log_p[counts].gather(1, y[:, None])[:, 0], weigh(w)[y]
        ignored = len(labels) - len(y)
        return end(-reduce(weights * picked) / divide(log_p, weights, ignored))

    return cross_entropy


def _in_place(logits: Tensor, labels: Tensor, weight: Any = None, ignore_index: int = -100) -> Any:
    logits -= logits.max(dim=1, keepdim=True).values
    return _cross_entropy()(logits, labels, weight, ignore_index)


def _ready_made(
    logits: Tensor, labels: Tensor, weight: Any = None, ignore_index: int = -100
) -> Tensor:
    return F.cross_entropy(logits, labels, weight=weight, ignore_index=ignore_index)


def _one_hot_of_largest(probabilities: Tensor) -> Tensor:
    return F.one_hot(probabilities.argmax(1), probabilities.shape[1]).to(probabilities)


CROSS_ENTROPY = (
    Wrong(
        "log-missing",
        Text("softmax에 log를 취하지 않았습니다.", "The logarithm of the softmax is not taken."),
        _cross_entropy(log=lambda z: torch.softmax(z, 1)),
    ),
    Wrong(
        "softmax-missing",
        Text(
            "logits를 확률로 바꾸지 않고 그대로 썼습니다. 정규화하는 항이 없습니다.",
            "The logits are used as they are; nothing normalises them.",
        ),
        _cross_entropy(log=lambda z: z),
    ),
    Wrong(
        "softmax-twice",
        Text(
            "softmax가 두 번 들어갔습니다. log_softmax는 logits를 받습니다.",
            "There is a softmax too many: log_softmax takes logits.",
        ),
        _cross_entropy(log=lambda z: _log_p(torch.softmax(z, 1))),
    ),
    Wrong(
        "over-batch",
        Text(
            "softmax를 batch 방향(dim=0)으로 취했습니다. 한 샘플의 class들이 분포를 이루어야 "
            "합니다.",
            "The softmax runs over the batch (dim=0). The classes of one sample make up a "
            "distribution.",
        ),
        _cross_entropy(log=lambda z: torch.log_softmax(z, 0)),
    ),
    Wrong("sign", _SIGN, _cross_entropy(end=lambda loss: -loss)),
    Wrong(
        "sum-over-batch",
        _NO_MEAN,
        _cross_entropy(divide=lambda terms, w, ignored: 1, divide_soft=lambda z, t: 1),
    ),
    Wrong(
        "mean-over-classes",
        Text(
            "Class 수로도 나누어져 C배 약합니다. Batch에 대해서만 평균합니다.",
            "It is divided by the number of classes as well, so it is C times too weak.",
        ),
        _cross_entropy(
            divide=lambda terms, w, ignored: w.sum() * terms.shape[1],
            divide_soft=lambda z, t: z.numel(),
        ),
    ),
    Wrong(
        "ignored-in-mean",
        Text(
            "무시하는 label이 합에서는 빠졌지만 평균의 분모에 남아 있습니다.",
            "Ignored labels have left the sum, but still count in the denominator of the mean.",
        ),
        _cross_entropy(divide=lambda terms, w, ignored: w.sum() + ignored),
    ),
    Wrong(
        "ignore-index-unused",
        Text(
            "ignore_index를 쓰지 않았습니다. 무시할 label도 계산에 들어갑니다.",
            "ignore_index is not used: the labels to ignore take part.",
        ),
        _cross_entropy(kept=lambda y, ignore: torch.ones_like(y, dtype=torch.bool)),
    ),
    Wrong(
        "ignore-index-fixed",
        Text(
            "무시하는 label을 -100으로 고정했습니다. 인자 ignore_index를 따라야 합니다.",
            "Only -100 is ignored; it should be what the argument ignore_index says.",
        ),
        _cross_entropy(kept=lambda y, ignore: y != -100),
    ),
    Wrong(
        "weights-not-normalised",
        Text(
            "가중 평균이 아닙니다. 가중치를 곱한 뒤 샘플 수로 나누었습니다.",
            "This is no weighted mean: the weighted terms are divided by the number of samples.",
        ),
        _cross_entropy(divide=lambda terms, w, ignored: len(w)),
    ),
    Wrong(
        "weights-unused",
        Text("weight를 쓰지 않았습니다.", "The weights are not used."),
        _cross_entropy(weigh=torch.ones_like, weigh_soft=torch.ones_like),
    ),
    Wrong(
        "weights-unused-for-probabilities",
        Text(
            "Class probability가 주어질 때는 weight를 쓰지 않았습니다.",
            "With class probabilities the weights are not used.",
        ),
        _cross_entropy(weigh_soft=torch.ones_like),
    ),
    Wrong(
        "probabilities-weighted-mean",
        Text(
            "Class probability가 주어질 때도 가중치의 합으로 나누었습니다. 두 번째 식의 분모를 "
            "확인하세요.",
            "With class probabilities too it is divided by the weights. See the denominator of the "
            "second definition.",
        ),
        _cross_entropy(divide_soft=lambda z, targets: targets.sum()),
    ),
    Wrong(
        "probabilities-as-argmax",
        Text(
            "Class probability에서 가장 큰 class만 남겼습니다. 나머지 확률도 loss에 들어갑니다.",
            "Only the largest of the class probabilities is used; the others count too.",
        ),
        _cross_entropy(soften=_one_hot_of_largest),
    ),
    Wrong(
        "per-sample",
        Text(
            "샘플마다 하나씩인 벡터입니다. Batch에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per sample; it should be one scalar, the mean of the batch.",
        ),
        _cross_entropy(
            reduce=lambda terms: terms,
            divide=lambda terms, w, ignored: 1,
            divide_soft=lambda z, t: 1,
        ),
    ),
    Wrong("item", _ITEM, _cross_entropy(end=lambda loss: loss.item())),
    Wrong(
        "detached",
        Text(
            "결과가 계산 그래프에서 떨어져 있습니다. 모델이 배울 gradient가 없습니다.",
            "The result is cut off from the graph: there is no gradient to learn from.",
        ),
        _cross_entropy(end=lambda loss: loss.detach()),
    ),
    Wrong(
        "in-place",
        Text(
            "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
            "The input tensor is changed in place, so whatever comes next sees other numbers.",
        ),
        _in_place,
    ),
    Wrong(
        "ready-made",
        Text(
            "이미 만들어진 cross-entropy를 썼습니다. 이 문제에서는 정의대로 작성합니다.",
            "This is a ready-made cross-entropy; the exercise asks for the definition.",
        ),
        _ready_made,
    ),
)
