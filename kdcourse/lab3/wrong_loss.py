"""Wrong ways to write exercise 3-1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdcourse.lab3.wrong_common import _ALONG_BATCH
from labkit.judge.messages import Text

Loss = Callable[..., Any]


_NO_GRAPH = Text(
    "결과가 계산 그래프에서 떨어져 있습니다. Student가 배울 gradient가 없습니다.",
    "The result is cut off from the graph: there is no gradient for the student to learn from.",
)


_IN_PLACE = Text(
    "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
    "The input tensor is changed in place, so whatever comes next sees other numbers.",
)


@of_parts
def _loss(
    similarity: Callable[[Tensor, Tensor], Tensor] = F.cosine_similarity,
    together: Callable[[Tensor, float], Tensor] = lambda cos, margin: 1 - cos,
    apart: Callable[[Tensor, float], Tensor] = lambda cos, margin: torch.clamp(cos - margin, min=0),
    choose: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
    reduce: Callable[[Tensor], Any] = torch.mean,
) -> Loss:
    """The loss with one of its parts replaced; what is not given is right."""

    def loss(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Any:
        cos = similarity(x1, x2)
        terms = (choose or _choose)(target, together(cos, margin), apart(cos, margin))
        return reduce(terms)

    return loss


def _choose(target: Tensor, together: Tensor, apart: Tensor) -> Tensor:
    return torch.where(target == 1, together, apart)


def _over_both_targets(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    """The mean over the rows of each target by itself, added up."""
    cos = F.cosine_similarity(x1, x2)
    total = cos.sum() * 0
    for terms in (1 - cos[target == 1], torch.clamp(cos[target == -1] - margin, min=0)):
        total = total + (terms.mean() if len(terms) else 0)
    return total


def _first_row(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return _loss()(x1[:1], x2[:1], target[:1], margin)


def _ready_made(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return F.cosine_embedding_loss(x1, x2, target, margin=margin)


def _in_place(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    x1 /= x1.norm(dim=1, keepdim=True)
    x2 /= x2.norm(dim=1, keepdim=True)
    return _loss(lambda a, b: (a * b).sum(1))(x1, x2, target, margin)


LOSS = (
    Wrong(
        "dot-product",
        Text(
            "내적을 벡터의 길이로 나누지 않았습니다. 길이가 달라져도 cosine은 같아야 합니다.",
            "The dot product is not divided by the lengths; a cosine does not depend on them.",
        ),
        _loss(lambda x1, x2: (x1 * x2).sum(1)),
    ),
    Wrong(
        "squared-lengths",
        Text(
            "길이가 아니라 길이의 제곱으로 나누었습니다. 제곱근이 빠졌습니다.",
            "It is divided by the squared lengths: a square root is missing.",
        ),
        _loss(lambda x1, x2: (x1 * x2).sum(1) / ((x1**2).sum(1) * (x2**2).sum(1))),
    ),
    Wrong("along-batch", _ALONG_BATCH, _loss(lambda x1, x2: F.cosine_similarity(x1, x2, dim=0))),
    Wrong(
        "one-cosine",
        Text(
            "Batch 전체를 한 벡터로 펼쳐 cosine을 하나만 구했습니다. 행마다 하나가 필요합니다.",
            "The whole batch is taken as one vector with one cosine; each row has its own.",
        ),
        _loss(lambda x1, x2: F.cosine_similarity(x1.flatten(), x2.flatten(), dim=0)),
    ),
    Wrong(
        "target-ignored",
        Text(
            "target을 쓰지 않았습니다. 모든 쌍을 target이 1인 것처럼 계산합니다.",
            "The target is not used: every pair is treated as if its target were 1.",
        ),
        _loss(choose=lambda target, together, apart: together),
    ),
    Wrong(
        "targets-exchanged",
        Text(
            "target 1과 -1의 경우가 서로 바뀌었습니다.",
            "The cases of target 1 and -1 are exchanged.",
        ),
        _loss(choose=lambda target, together, apart: _choose(target, apart, together)),
    ),
    Wrong(
        "apart-is-zero",
        Text(
            "target이 -1인 쌍이 loss에 들어가지 않습니다. 그 쌍에도 loss가 있습니다.",
            "Pairs with target -1 add nothing to the loss; they have a loss of their own.",
        ),
        _loss(apart=lambda cos, margin: 0 * cos),
    ),
    Wrong(
        "similarity",
        Text(
            "target이 1일 때 loss가 아니라 cosine 자체입니다. 방향이 같을수록 loss가 작아야 "
            "합니다.",
            "For target 1 this is the cosine itself; equal directions should have a small loss.",
        ),
        _loss(together=lambda cos, margin: cos),
    ),
    Wrong(
        "margin-ignored",
        Text("margin을 쓰지 않았습니다.", "The margin is not used."),
        _loss(apart=lambda cos, margin: torch.clamp(cos, min=0)),
    ),
    Wrong(
        "margin-added",
        Text(
            "margin의 부호가 반대입니다. margin이 클수록 loss를 내는 쌍은 적어져야 합니다.",
            "The margin has the wrong sign: a larger one should leave fewer pairs with a loss.",
        ),
        _loss(apart=lambda cos, margin: torch.clamp(cos + margin, min=0)),
    ),
    Wrong(
        "margin-after-clamp",
        Text(
            "0과 비교한 다음에 margin을 뺐습니다. Loss가 음수가 될 수 있습니다.",
            "The margin is subtracted after the comparison with 0, so the loss can be negative.",
        ),
        _loss(apart=lambda cos, margin: torch.clamp(cos, min=0) - margin),
    ),
    Wrong(
        "no-clamp",
        Text(
            "target이 -1일 때 loss가 음수가 될 수 있습니다. 충분히 먼 쌍의 loss는 0입니다.",
            "For target -1 the loss can be negative; a pair far enough apart has a loss of 0.",
        ),
        _loss(apart=lambda cos, margin: cos - margin),
    ),
    Wrong(
        "absolute",
        Text(
            "target이 -1일 때 절댓값을 취했습니다. 이미 멀어진 쌍을 다시 끌어당깁니다.",
            "For target -1 an absolute value is taken: it draws back pairs that are far apart.",
        ),
        _loss(apart=lambda cos, margin: (cos - margin).abs()),
    ),
    Wrong(
        "one-plus",
        Text(
            "target이 -1일 때 1 + cos입니다. 직각인 쌍에도 loss가 생깁니다.",
            "For target -1 this is 1 + cos: even pairs at a right angle get a loss.",
        ),
        _loss(apart=lambda cos, margin: 1 + cos),
    ),
    Wrong(
        "sum-over-batch",
        Text(
            "Batch에 대해 평균하지 않고 더하기만 했습니다. Batch가 크면 loss도 커집니다.",
            "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
        ),
        _loss(reduce=torch.sum),
    ),
    Wrong(
        "per-sample",
        Text(
            "쌍마다 하나씩인 벡터입니다. Batch에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per pair; it should be one scalar, the mean of the batch.",
        ),
        _loss(reduce=lambda terms: terms),
    ),
    Wrong(
        "mean-of-each-target",
        Text(
            "target 1과 -1을 따로 평균해서 더했습니다. 평균은 batch 전체에 대해 한 번입니다.",
            "The two targets are averaged separately and added; there is one mean, over all rows.",
        ),
        _over_both_targets,
    ),
    Wrong(
        "first-row",
        Text("Batch의 첫 번째 쌍만 계산했습니다.", "Only the first pair of the batch is used."),
        _first_row,
    ),
    Wrong("in-place", _IN_PLACE, _in_place),
    Wrong(
        "ready-made",
        Text(
            "이미 만들어진 cosine embedding loss를 썼습니다. 이 문제에서는 정의대로 작성합니다.",
            "This is a ready-made cosine embedding loss; the exercise asks for the definition.",
        ),
        _ready_made,
    ),
    Wrong("item", _NO_GRAPH, _loss(reduce=lambda terms: terms.mean().item())),
    Wrong(
        "second-detached",
        Text(
            "x2가 계산 그래프에서 떨어져 있습니다. 이 loss는 두 벡터 모두에 gradient를 줍니다.",
            "x2 is cut off from the graph; this loss has gradients for both of its vectors.",
        ),
        _loss(lambda x1, x2: F.cosine_similarity(x1, x2.detach())),
    ),
)
