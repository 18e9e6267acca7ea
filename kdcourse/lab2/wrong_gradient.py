"""Wrong ways to write exercise 2-4."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab2.wrong_common import _KEEPS, _NO_T, _OVER_BATCH, _kl, _p
from labkit.judge.messages import Text


def _by_autograd(z: Tensor, v: Tensor, T: float) -> Tensor:
    z = z.detach().clone().requires_grad_()
    return torch.autograd.grad(_kl(z, v, T), z)[0]


def _gap(z: Tensor, v: Tensor, T: float) -> Tensor:
    return _p(z, T) - _p(v, T)


GRADIENT = (
    Wrong(
        "no-T-squared",
        Text(
            "식 (2) 그대로입니다. Loss에 곱한 T²이 빠졌습니다.",
            "This is equation (2) as it stands; the T² of the loss is missing.",
        ),
        lambda z, v, T: _gap(z, v, T) / T / len(z),
        _KEEPS["no-T-squared"],
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
        Text("식 (2)의 1/T이 빠졌습니다.", "The 1/T of equation (2) is missing."),
        lambda z, v, T: _gap(z, v, T) * T**2 / len(z),
    ),
    Wrong(
        "sign",
        Text("부호가 반대입니다.", "The sign is the opposite."),
        lambda z, v, T: -_gap(z, v, T) * T / len(z),
    ),
    Wrong(
        "not-averaged",
        Text("Batch에 대한 평균이 빠졌습니다.", "The mean over the batch is missing."),
        lambda z, v, T: _gap(z, v, T) * T,
    ),
    Wrong(
        "over-all-elements",
        Text("Class 수로도 나누었습니다.", "It is divided by the number of classes as well."),
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
        Text("Class마다의 값이 아니라 합입니다.", "A sum instead of one number for each class."),
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
