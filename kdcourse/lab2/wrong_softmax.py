"""Wrong ways to write exercise 2-1."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab2.wrong_common import (
    _IN_PLACE,
    _NO_GRAPH,
    _NO_T,
    _OVER_BATCH,
    _TIMES_T,
)
from labkit.judge.messages import Text


def _in_place(logits: Tensor, T: float) -> Tensor:
    logits /= T
    return torch.softmax(logits, 1)


SOFTMAX = (
    Wrong("over-batch", _OVER_BATCH, lambda logits, T: torch.softmax(logits / T, 0)),
    Wrong("no-temperature", _NO_T, lambda logits, T: torch.softmax(logits, 1)),
    Wrong("times-temperature", _TIMES_T, lambda logits, T: torch.softmax(logits * T, 1)),
    Wrong(
        "log",
        Text("확률이 아니라 log 확률입니다.", "These are log-probabilities, not probabilities."),
        lambda logits, T: torch.log_softmax(logits / T, 1),
    ),
    Wrong(
        "divided-afterwards",
        Text(
            "softmax를 취한 뒤에 T로 나누었습니다. 행의 합이 1이 아닙니다.",
            "The division by T comes after the softmax; the rows do not sum to 1.",
        ),
        lambda logits, T: torch.softmax(logits, 1) / T,
    ),
    Wrong(
        "over-everything",
        Text(
            "Batch 전체로 정규화했습니다. 각 행의 합이 1이어야 합니다.",
            "It is normalised over the whole batch; each row should sum to 1.",
        ),
        lambda logits, T: torch.softmax((logits / T).flatten(), 0).view_as(logits),
    ),
    Wrong(
        "not-normalised",
        Text("지수만 취하고 정규화하지 않았습니다.", "Exponentials without the normalisation."),
        lambda logits, T: torch.exp(logits / T),
    ),
    Wrong(
        "sigmoid",
        Text(
            "sigmoid는 class를 따로따로 봅니다. 합이 1이 아닙니다.",
            "A sigmoid looks at each class by itself; the sum is not 1.",
        ),
        lambda logits, T: torch.sigmoid(logits / T),
    ),
    Wrong(
        "square-root",
        Text("T가 아니라 T의 다른 거듭제곱으로 나누었습니다.", "Divided by another power of T."),
        lambda logits, T: torch.softmax(logits / T**2, 1),
    ),
    Wrong("in-place", _IN_PLACE, _in_place),
    Wrong("detached", _NO_GRAPH, lambda logits, T: torch.softmax(logits.detach() / T, 1)),
    Wrong(
        "numpy",
        Text("텐서가 아니라 NumPy 배열입니다.", "A NumPy array instead of a tensor."),
        lambda logits, T: torch.softmax(logits.detach() / T, 1).numpy(),
    ),
)
