"""What the tables of several exercises of lab 2 use."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from kdcourse.kept import KEPT
from labkit.judge.messages import Text

Loss = Callable[[Tensor, Tensor, float], Tensor]


def _kl(z: Tensor, v: Tensor, T: float, factor: float | None = None) -> Tensor:
    """The right loss, or one with another factor than T²."""
    log_q, p = F.log_softmax(z / T, 1), F.softmax(v / T, 1)
    return F.kl_div(log_q, p, reduction="batchmean") * (T**2 if factor is None else factor)


_OVER_BATCH = Text(
    "softmax를 batch 방향(dim=0)으로 취했습니다. 한 샘플의 class들이 확률분포를 이루어야 합니다.",
    "The softmax runs over the batch (dim=0). The classes of one sample make up a distribution.",
)


_NO_T = Text("Temperature T를 쓰지 않았습니다.", "The temperature T is not used.")


_TIMES_T = Text(
    "logits를 T로 나누지 않고 곱했습니다. T가 클수록 분포는 평평해져야 합니다.",
    "The logits are multiplied by T. A larger T should make the distribution flatter.",
)


_IN_PLACE = Text(
    "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
    "The input tensor is changed in place, so whatever comes next sees other numbers.",
)


_NO_GRAPH = Text(
    "결과가 계산 그래프에서 떨어져 있습니다. Student가 배울 gradient가 없습니다.",
    "The result is cut off from the graph: there is no gradient for the student to learn from.",
)


def _p(logits: Tensor, T: float) -> Tensor:
    return torch.softmax(logits / T, 1)


def _log_p(logits: Tensor, T: float) -> Tensor:
    return torch.log_softmax(logits / T, 1)


#: The slips among the losses, and what is kept in spite of them.
_KEEPS = {"no-T-squared": KEPT}

_SOFT_LOSSES: tuple[tuple[str, Text, Loss], ...] = (
    (
        "mean-reduction",
        Text(
            "Class 수로도 나누어져 C배 약합니다(KLDivLoss의 기본 reduction='mean'). "
            "batch 크기로만 평균해야 합니다.",
            "It is too weak by the number of classes (KLDivLoss's default reduction='mean'): the "
            "mean is over the batch only.",
        ),
        lambda z, v, T: (_p(v, T) * (_log_p(v, T) - _log_p(z, T))).mean() * T**2,
    ),
    (
        "no-T-squared",
        Text(
            "Temperature가 gradient를 1/T²로 줄이는 것을 되돌리지 않았습니다.",
            "Nothing makes up for the temperature, which shrinks the gradients by 1/T².",
        ),
        lambda z, v, T: _kl(z, v, T, 1.0),
    ),
    (
        "times-T",
        Text("T의 거듭제곱이 맞지 않습니다. T를 한 번만 곱했습니다.", "Times T only once."),
        lambda z, v, T: _kl(z, v, T, T),
    ),
    (
        "teacher-without-T",
        Text(
            "Teacher의 logits에는 temperature를 적용하지 않았습니다.",
            "The teacher's logits are not softened by the temperature.",
        ),
        lambda z, v, T: F.kl_div(_log_p(z, T), _p(v, 1), reduction="batchmean") * T**2,
    ),
    (
        "student-without-T",
        Text(
            "Student의 logits에는 temperature를 적용하지 않았습니다.",
            "The student's logits are not softened by the temperature.",
        ),
        lambda z, v, T: F.kl_div(_log_p(z, 1), _p(v, T), reduction="batchmean") * T**2,
    ),
    (
        "swapped",
        Text(
            "KL의 두 분포가 바뀌었습니다. 어느 쪽이 목표 분포인지 확인하세요.",
            "The two distributions of the KL are exchanged. Which one is the target?",
        ),
        lambda z, v, T: _kl(v, z, T),
    ),
    (
        "log-twice",
        Text(
            "Teacher의 분포에 log가 한 번 더 들어갔습니다(log_target을 확인하세요).",
            "There is one log too many on the teacher's distribution (see log_target).",
        ),
        lambda z, v, T: F.kl_div(_log_p(z, T), _log_p(v, T), reduction="batchmean") * T**2,
    ),
    (
        "log-missing",
        Text(
            "Student의 확률에 log가 빠졌습니다. KLDivLoss는 첫 인자로 log 확률을 받습니다.",
            "A log is missing on the student's probabilities; KLDivLoss wants log-probabilities.",
        ),
        lambda z, v, T: F.kl_div(_p(z, T), _p(v, T), reduction="batchmean") * T**2,
    ),
    (
        "arguments-exchanged",
        Text(
            "KLDivLoss의 두 인자가 바뀌었습니다. 첫째가 student의 log 확률, 둘째가 teacher의 "
            "확률입니다.",
            "The two arguments of KLDivLoss are exchanged: the student's log-probabilities come "
            "first, then the teacher's probabilities.",
        ),
        lambda z, v, T: F.kl_div(_p(v, T), _log_p(z, T), reduction="batchmean") * T**2,
    ),
    (
        "no-temperature",
        _NO_T,
        lambda z, v, T: _kl(z, v, 1.0),
    ),
    (
        "hard-labels",
        Text(
            "Teacher가 고른 class(argmax)만 썼습니다. Soft targets는 모든 class의 확률입니다.",
            "Only the class that the teacher picks (argmax) is used; soft targets are the "
            "probabilities of all classes.",
        ),
        lambda z, v, T: F.cross_entropy(z, v.argmax(1)),
    ),
    (
        "hard-labels-at-T",
        Text(
            "Student는 temperature T에서, teacher는 고른 class(argmax)만으로 비교했습니다. "
            "Teacher의 확률이 필요합니다.",
            "The student is at temperature T, but of the teacher only the class that it picks "
            "(argmax) is used; its probabilities are needed.",
        ),
        lambda z, v, T: F.cross_entropy(z / T, v.argmax(1)) * T**2,
    ),
    (
        "over-batch",
        _OVER_BATCH,
        lambda z, v, T: (
            F.kl_div((z / T).log_softmax(0), (v / T).softmax(0), reduction="batchmean") * T**2
        ),
    ),
    (
        "sum-over-batch",
        Text(
            "Batch에 대해 평균하지 않고 더하기만 했습니다. Batch가 크면 loss도 커집니다.",
            "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
        ),
        lambda z, v, T: _kl(z, v, T) * len(z),
    ),
    (
        "cross-entropy",
        Text(
            "Gradient는 같지만 cross-entropy입니다. "
            "KL에는 teacher의 entropy에 관한 항이 더 있습니다.",
            "The gradient is right, but this is the cross-entropy; the KL has one more term, about "
            "the teacher's entropy.",
        ),
        lambda z, v, T: -(_p(v, T) * _log_p(z, T)).sum() / len(z) * T**2,
    ),
    (
        "sign",
        Text("부호가 반대입니다. KL은 음수가 아닙니다.", "Wrong sign: a KL is never negative."),
        lambda z, v, T: -_kl(z, v, T),
    ),
    (
        "logits-mse",
        Text(
            "logits의 제곱 오차입니다. 분포 사이의 KL이 아닙니다.",
            "This is the squared error of the logits, not a KL between distributions.",
        ),
        lambda z, v, T: F.mse_loss(z, v),
    ),
    (
        "times-temperature",
        _TIMES_T,
        lambda z, v, T: F.kl_div(_log_p(z, 1 / T), _p(v, 1 / T), reduction="batchmean") * T**2,
    ),
)
