# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write the exercises of lab 2, each with what to tell whoever writes it so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from kdlab.checks.messages import Text

Loss = Callable[[Tensor, Tensor, float], Tensor]


def _kl(z: Tensor, v: Tensor, T: float, factor: float | None = None) -> Tensor:
    """The right loss, or one with another factor than T²."""
    log_q, p = F.log_softmax(z / T, 1), F.softmax(v / T, 1)
    return F.kl_div(log_q, p, reduction="batchmean") * (T**2 if factor is None else factor)


def _in_place(logits: Tensor, T: float) -> Tensor:
    logits /= T
    return torch.softmax(logits, 1)


_OVER_BATCH = Text(
    "softmax를 배치 방향(dim=0)으로 취했습니다. 한 샘플의 클래스들이 확률분포를 이루어야 합니다.",
    "The softmax runs over the batch (dim=0). The classes of one sample make up a distribution.",
)
_NO_T = Text("온도 T를 쓰지 않았습니다.", "The temperature T is not used.")
_TIMES_T = Text(
    "logits를 T로 나누지 않고 곱했습니다. T가 클수록 분포는 평평해져야 합니다.",
    "The logits are multiplied by T. A larger T should make the distribution flatter.",
)
_IN_PLACE = Text(
    "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
    "The input tensor is changed in place, so whatever comes next sees other numbers.",
)
_NO_GRAPH = Text(
    "결과가 계산 그래프에서 떨어져 있습니다. 학생이 배울 기울기가 없습니다.",
    "The result is cut off from the graph: there is no gradient for the student to learn from.",
)

_SOFTMAX = (
    Wrong("over-batch", _OVER_BATCH, lambda logits, T: torch.softmax(logits / T, 0)),
    Wrong("no-temperature", _NO_T, lambda logits, T: torch.softmax(logits, 1)),
    Wrong("times-temperature", _TIMES_T, lambda logits, T: torch.softmax(logits * T, 1)),
    Wrong(
        "log",
        Text("확률이 아니라 로그 확률입니다.", "These are log-probabilities, not probabilities."),
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
            "배치 전체로 정규화했습니다. 각 행의 합이 1이어야 합니다.",
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
            "sigmoid는 클래스를 따로따로 봅니다. 합이 1이 아닙니다.",
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


def _p(logits: Tensor, T: float) -> Tensor:
    return torch.softmax(logits / T, 1)


def _log_p(logits: Tensor, T: float) -> Tensor:
    return torch.log_softmax(logits / T, 1)


_SOFT_LOSSES: tuple[tuple[str, Text, Loss], ...] = (
    (
        "mean-reduction",
        Text(
            "클래스 수로도 나누어져 C배 약합니다(KLDivLoss의 기본 reduction='mean'). "
            "배치 크기로만 평균해야 합니다.",
            "It is too weak by the number of classes (KLDivLoss's default reduction='mean'): the "
            "mean is over the batch only.",
        ),
        lambda z, v, T: (_p(v, T) * (_log_p(v, T) - _log_p(z, T))).mean() * T**2,
    ),
    (
        "no-T-squared",
        Text(
            "온도가 기울기를 1/T²로 줄이는 것을 되돌리지 않았습니다.",
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
            "교사의 logits에는 온도를 적용하지 않았습니다.",
            "The teacher's logits are not softened by the temperature.",
        ),
        lambda z, v, T: F.kl_div(_log_p(z, T), _p(v, 1), reduction="batchmean") * T**2,
    ),
    (
        "student-without-T",
        Text(
            "학생의 logits에는 온도를 적용하지 않았습니다.",
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
            "교사의 분포에 log가 한 번 더 들어갔습니다(log_target을 확인하세요).",
            "There is one log too many on the teacher's distribution (see log_target).",
        ),
        lambda z, v, T: F.kl_div(_log_p(z, T), _log_p(v, T), reduction="batchmean") * T**2,
    ),
    (
        "log-missing",
        Text(
            "학생의 확률에 log가 빠졌습니다. KLDivLoss는 첫 인자로 로그 확률을 받습니다.",
            "A log is missing on the student's probabilities; KLDivLoss wants log-probabilities.",
        ),
        lambda z, v, T: F.kl_div(_p(z, T), _p(v, T), reduction="batchmean") * T**2,
    ),
    (
        "over-batch",
        _OVER_BATCH,
        lambda z, v, T: F.kl_div((z / T).log_softmax(0), (v / T).softmax(0), reduction="batchmean")
        * T**2,
    ),
    (
        "sum-over-batch",
        Text(
            "배치에 대해 평균하지 않고 더하기만 했습니다. 배치가 크면 손실도 커집니다.",
            "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
        ),
        lambda z, v, T: _kl(z, v, T) * len(z),
    ),
    (
        "cross-entropy",
        Text(
            "기울기는 같지만 교차 엔트로피입니다. KL에는 교사의 엔트로피에 관한 항이 "
            "더 있습니다.",
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


def _one_row(z: Tensor, v: Tensor, T: float) -> Tensor:
    z /= T
    return _kl(z, v / T, 1.0, T**2)


_LOSS = (
    *(Wrong(id, message, loss) for id, message, loss in _SOFT_LOSSES),
    Wrong(
        "per-sample",
        Text(
            "샘플마다 하나씩인 벡터입니다. 배치에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per sample; it should be one scalar, the mean of the batch.",
        ),
        lambda z, v, T: (_p(v, T) * (_log_p(v, T) - _log_p(z, T))).sum(1) * T**2,
    ),
    Wrong("item", _NO_GRAPH, lambda z, v, T: _kl(z, v, T).item()),
    Wrong("in-place", _IN_PLACE, _one_row),
)


def _step(
    soft: Loss = _kl,
    hard: Callable[..., Tensor] = lambda ce_loss, z, v, labels, T: ce_loss(z, labels),
    see: Callable[[nn.Module, nn.Module, Tensor], tuple[Tensor, Tensor]] | None = None,
    mix: Callable[..., Any] = lambda s, c, soft_weight, ce_weight: soft_weight * s + ce_weight * c,
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right.

    ``see`` gives the logits of student and teacher.
    """

    def step(
        teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
        soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Any,
    ) -> Any:
        z, v = (see or _see)(student, teacher, inputs)
        soft_loss, ce = soft(z, v, T), hard(ce_loss, z, v, labels, T)
        return mix(soft_loss, ce, soft_target_loss_weight, ce_loss_weight)

    return step


def _see(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        v = teacher(inputs)
    return student(inputs), v


def _see_attached(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return s(inputs), t(inputs)


def _see_teacher_training(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return _see(s, t.train(), inputs)


def _see_student_evaluating(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return _see(s.eval(), t, inputs)


def _see_nothing_recorded(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return s(inputs), t(inputs)


def _see_teacher_twice(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return t(inputs), t(inputs)


def _backward_inside(s: Tensor, c: Tensor, soft_weight: float, ce_weight: float) -> Tensor:
    loss = soft_weight * s + ce_weight * c
    loss.backward()
    return loss


_STEP = (
    *(Wrong(id, message, _step(soft=loss)) for id, message, loss in _SOFT_LOSSES),
    Wrong(
        "teacher-not-detached",
        Text(
            "교사의 출력이 계산 그래프에 남아 있어 교사도 기울기를 받습니다.",
            "The teacher's output is still in the graph, so the teacher gets gradients too.",
        ),
        _step(see=_see_attached),
    ),
    Wrong(
        "teacher-in-train-mode",
        Text(
            "교사를 train 모드로 두었습니다. dropout이 켜져 목표가 흔들립니다.",
            "The teacher is put into train mode: its dropout makes the targets noisy.",
        ),
        _step(see=_see_teacher_training),
    ),
    Wrong(
        "student-in-eval-mode",
        Text(
            "학생을 eval 모드로 학습합니다. dropout이 꺼집니다.",
            "The student is trained in eval mode, with its dropout off.",
        ),
        _step(see=_see_student_evaluating),
    ),
    Wrong(
        "student-under-no-grad",
        Text(
            "학생의 순전파도 no_grad 안에 있어 학생이 배울 수 없습니다.",
            "The student's forward pass is inside no_grad too, so the student cannot learn.",
        ),
        _step(see=_see_nothing_recorded),
    ),
    Wrong(
        "student-not-used",
        Text("학생의 출력이 쓰이지 않았습니다.", "The student's output is not used."),
        _step(see=_see_teacher_twice),
    ),
    Wrong(
        "weights-exchanged",
        Text(
            "두 손실의 가중치가 서로 바뀌었습니다.", "The weights of the two losses are exchanged."
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: ce_weight * s + soft_weight * c),
    ),
    Wrong(
        "one-minus-soft-weight",
        Text(
            "ce_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 따로 주어집니다.",
            "ce_loss_weight is not used, but 1 minus the other one. The two weights are separate.",
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: soft_weight * s + (1 - soft_weight) * c),
    ),
    Wrong(
        "one-minus-ce-weight",
        Text(
            "soft_target_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 별개입니다.",
            "soft_target_loss_weight is not used, but 1 minus the other one. The two are separate.",
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: (1 - ce_weight) * s + ce_weight * c),
    ),
    Wrong(
        "no-weights",
        Text("두 손실을 가중치 없이 더했습니다.", "The two losses are added without weights."),
        _step(mix=lambda s, c, soft_weight, ce_weight: s + c),
    ),
    Wrong(
        "own-cross-entropy",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(hard=lambda ce_loss, z, v, labels, T: F.cross_entropy(z, labels)),
    ),
    Wrong(
        "soft-cross-entropy",
        Text(
            "정답 레이블의 손실에도 온도를 적용했습니다.",
            "The loss on the true labels is taken at the temperature too.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(z / T, labels)),
    ),
    Wrong(
        "cross-entropy-of-probabilities",
        Text(
            "ce_loss에 logits가 아니라 확률을 넣었습니다. softmax가 두 번 들어갑니다.",
            "ce_loss got probabilities instead of logits: that is a softmax too many.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(z.softmax(1), labels)),
    ),
    Wrong(
        "cross-entropy-of-teacher",
        Text(
            "정답 레이블의 손실을 교사의 출력으로 계산했습니다.",
            "The loss on the true labels is taken of the teacher's output.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(v, labels)),
    ),
    Wrong(
        "two-losses",
        Text("더하지 않은 두 손실의 튜플입니다.", "A tuple of two losses that were not added up."),
        _step(mix=lambda s, c, soft_weight, ce_weight: (soft_weight * s, ce_weight * c)),
    ),
    Wrong(
        "item",
        Text("손실이 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor."),
        _step(mix=lambda s, c, soft_weight, ce_weight: float(soft_weight * s + ce_weight * c)),
    ),
    Wrong(
        "backward-inside",
        Text(
            "함수 안에서 backward를 불렀습니다. 손실만 돌려주면 학습 루프가 부릅니다.",
            "The function calls backward itself. Return the loss; the training loop does the rest.",
        ),
        _step(mix=_backward_inside),
    ),
)


def _by_autograd(z: Tensor, v: Tensor, T: float) -> Tensor:
    z = z.detach().clone().requires_grad_()
    return torch.autograd.grad(_kl(z, v, T), z)[0]


def _gap(z: Tensor, v: Tensor, T: float) -> Tensor:
    return _p(z, T) - _p(v, T)


_GRADIENT = (
    Wrong(
        "no-T-squared",
        Text(
            "식 (2) 그대로입니다. 손실에 곱한 T²이 빠졌습니다.",
            "This is equation (2) as it stands; the T² of the loss is missing.",
        ),
        lambda z, v, T: _gap(z, v, T) / T / len(z),
    ),
    Wrong(
        "no-T",
        Text(
            "확률의 차이뿐입니다. T의 거듭제곱이 맞지 않습니다.",
            "Only the difference of the probabilities: the power of T is not right.",
        ),
        lambda z, v, T: _gap(z, v, T) / len(z),
    ),
    Wrong(
        "times-T-squared",
        Text(
            "식 (2)의 1/T이 빠졌습니다.", "The 1/T of equation (2) is missing."
        ),
        lambda z, v, T: _gap(z, v, T) * T**2 / len(z),
    ),
    Wrong(
        "sign",
        Text("부호가 반대입니다.", "The sign is the opposite."),
        lambda z, v, T: -_gap(z, v, T) * T / len(z),
    ),
    Wrong(
        "not-averaged",
        Text(
            "배치에 대한 평균이 빠졌습니다.", "The mean over the batch is missing."
        ),
        lambda z, v, T: _gap(z, v, T) * T,
    ),
    Wrong(
        "over-all-elements",
        Text(
            "클래스 수로도 나누었습니다.", "It is divided by the number of classes as well."
        ),
        lambda z, v, T: _gap(z, v, T) * T / z.numel(),
    ),
    Wrong("no-temperature", _NO_T, lambda z, v, T: _gap(z, v, 1.0) / len(z)),
    Wrong(
        "over-batch",
        _OVER_BATCH,
        lambda z, v, T: ((z / T).softmax(0) - (v / T).softmax(0)) * T / len(z),
    ),
    Wrong(
        "logits",
        Text(
            "확률이 아니라 logits의 차이입니다. 그것은 T가 클 때의 극한일 뿐입니다.",
            "The difference of the logits, not of probabilities: only the limit for large T.",
        ),
        lambda z, v, T: (z - v) / z.numel(),
    ),
    Wrong(
        "summed",
        Text(
            "클래스마다의 값이 아니라 합입니다.", "A sum instead of one number for each class."
        ),
        lambda z, v, T: (_gap(z, v, T) * T / len(z)).sum(1),
    ),
    Wrong(
        "autograd",
        Text(
            "autograd로 구했습니다. 이 문제에서는 식으로 직접 계산하세요.",
            "Computed by autograd. Here the formula itself is asked for.",
        ),
        _by_autograd,
    ),
)

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "2-1": _SOFTMAX,
    "2-2": _LOSS,
    "2-3": _STEP,
    "2-4": _GRADIENT,
}
