"""Wrong ways to write exercise q-2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text
from torch import Tensor

from quantcourse.lab1.wrong_affine import _away_from_zero, _half_up, _positive


def _channel(
    top: Callable[[int], int] = lambda bits: 2 ** (bits - 1) - 1,
    largest: Callable[[Tensor], Tensor] = lambda flat: flat.abs().amax(1),
    guard: Callable[[Tensor], Tensor] = _positive,
    round_to: Callable[[Tensor], Tensor] = torch.round,
    error: Callable[..., Tensor] = lambda flat, q, s: ((flat - q * s) ** 2).mean(1),
    give: Callable[..., Any] = lambda q, scales, errors: (q, scales, errors),
) -> Callable[[Tensor, int], Any]:
    """Quantisation by channels with one of its parts replaced; what is not given is right."""

    def quantise(weight: Tensor, bits: int) -> Any:
        flat, most = weight.flatten(1), top(bits)  # (O, K)
        scales = guard(largest(flat) / most)  # (O,)
        q = round_to(flat / scales[:, None]).clamp(-most, most)
        return give(q.view_as(weight), scales, error(flat, q, scales[:, None]))

    return quantise


def _one_scale(weight: Tensor, bits: int) -> Any:
    return _channel(largest=lambda flat: flat.abs().max().expand(len(flat)))(weight, bits)


def _by_input_channel(weight: Tensor, bits: int) -> Any:
    q, scales, errors = _channel()(weight.transpose(0, 1), bits)
    return q.transpose(0, 1), scales, errors


def _restored(weight: Tensor, bits: int) -> Any:
    q, scales, errors = _channel()(weight, bits)
    return q * scales.reshape(-1, *[1] * (weight.ndim - 1)), scales, errors


def _shifted(weight: Tensor, bits: int) -> Any:
    q, scales, errors = _channel()(weight, bits)
    return q + 2 ** (bits - 1) - 1, scales, errors


def _four_dimensional_scales(weight: Tensor, bits: int) -> Any:
    q, scales, errors = _channel()(weight, bits)
    return q, scales.reshape(-1, *[1] * (weight.ndim - 1)), errors


def _in_place(weight: Tensor, bits: int) -> Any:
    found = _channel()(weight.clone(), bits)
    weight /= 2
    return found


CHANNEL = (
    Wrong(
        "one-scale",
        Text(
            "모든 channel이 같은 scale을 씁니다. 작은 channel은 거의 0이 됩니다.",
            "All channels share one scale, which leaves little of the small channels.",
        ),
        _one_scale,
    ),
    Wrong(
        "by-input-channel",
        Text(
            "출력 channel이 아니라 입력 channel마다 scale을 구했습니다.",
            "There is a scale for each input channel instead of each output channel.",
        ),
        _by_input_channel,
    ),
    Wrong(
        "one-level-too-many",
        Text(
            "정수의 범위가 대칭이 아닙니다. 부호가 있는 정수의 가장 큰 값을 다시 세어 보세요.",
            "The range of the integers is not symmetric: count again how far they reach.",
        ),
        _channel(top=lambda bits: 2 ** (bits - 1)),
    ),
    Wrong(
        "no-sign-bit",
        Text(
            "부호가 없는 정수의 범위를 썼습니다. 정수가 주어진 bit에 들어가지 않습니다.",
            "These are the limits of integers without a sign; the bits do not suffice.",
        ),
        _channel(top=lambda bits: 2**bits - 1),
    ),
    Wrong(
        "largest-without-sign",
        Text(
            "가장 큰 값만 보았습니다. 크기가 가장 큰 weight는 음수일 수 있습니다.",
            "Only the largest weight counts here, but one below 0 may have the larger magnitude.",
        ),
        _channel(largest=lambda flat: flat.amax(1)),
    ),
    Wrong(
        "range-instead-of-magnitude",
        Text(
            "최댓값과 최솟값의 차이로 scale을 구했습니다. 대칭 양자화에서는 크기만 봅니다.",
            "The scale comes from largest minus least; symmetric quantisation looks at magnitudes.",
        ),
        _channel(largest=lambda flat: flat.amax(1) - flat.amin(1)),
    ),
    Wrong(
        "mean-magnitude",
        Text(
            "Channel의 평균 크기로 scale을 구해 큰 weight가 잘립니다.",
            "The scale comes from the mean magnitude, so large weights are cut off.",
        ),
        _channel(largest=lambda flat: flat.abs().mean(1)),
    ),
    Wrong(
        "truncated",
        Text(
            "가장 가까운 정수가 아니라 소수점 아래를 버린 정수입니다.",
            "The fraction is cut off instead of rounding to the nearest integer.",
        ),
        _channel(round_to=torch.trunc),
    ),
    Wrong(
        "half-up",
        Text(
            "정확히 중간인 값을 항상 위로 올렸습니다. torch.round의 규칙을 확인하세요.",
            "Halves always go up; see which rule torch.round follows.",
        ),
        _channel(round_to=_half_up),
    ),
    Wrong(
        "half-away-from-zero",
        Text(
            "정확히 중간인 값을 0에서 먼 쪽으로 보냈습니다. torch.round의 규칙을 확인하세요.",
            "Halves go away from 0; see which rule torch.round follows.",
        ),
        _channel(round_to=_away_from_zero),
    ),
    Wrong(
        "division-by-zero",
        Text(
            "모두 0인 channel에서 0으로 나눕니다.",
            "A channel that is all zeros leads to a division by zero.",
        ),
        _channel(guard=lambda scales: scales),
    ),
    Wrong(
        "error-summed",
        Text("오차를 평균하지 않고 더했습니다.", "The squared errors are summed, not averaged."),
        _channel(error=lambda flat, q, s: ((flat - q * s) ** 2).sum(1)),
    ),
    Wrong(
        "error-over-everything",
        Text(
            "오차가 channel마다 하나가 아니라 전체에 하나입니다.",
            "There is one error for all channels instead of one for each.",
        ),
        _channel(error=lambda flat, q, s: ((flat - q * s) ** 2).mean()),
    ),
    Wrong(
        "error-not-squared",
        Text("오차를 제곱하지 않고 절댓값을 썼습니다.", "Magnitudes of errors, not squares."),
        _channel(error=lambda flat, q, s: (flat - q * s).abs().mean(1)),
    ),
    Wrong(
        "error-rooted",
        Text("평균제곱오차의 제곱근입니다.", "This is the root of the mean squared error."),
        _channel(error=lambda flat, q, s: ((flat - q * s) ** 2).mean(1).sqrt()),
    ),
    Wrong(
        "error-in-steps",
        Text(
            "오차를 정수 단위로 쟀습니다. 원래 weight의 단위로 재야 합니다.",
            "The error is measured in steps of the integers, not in units of the weights.",
        ),
        _channel(error=lambda flat, q, s: ((flat / s - q) ** 2).mean(1)),
    ),
    Wrong(
        "restored-instead-of-integers",
        Text("정수가 아니라 되돌린 weight입니다.", "Restored weights instead of integers."),
        _restored,
    ),
    Wrong(
        "integers-without-sign",
        Text(
            "정수를 0부터 시작하도록 옮겼습니다. 대칭 양자화에서 0은 0이어야 합니다.",
            "The integers are shifted to begin at 0; in symmetric quantisation 0 stays 0.",
        ),
        _shifted,
    ),
    Wrong(
        "scales-shape",
        Text(
            "Scale의 shape에 크기 1인 축이 남아 있습니다.",
            "The scales still have the axes of length 1.",
        ),
        _four_dimensional_scales,
    ),
    Wrong(
        "in-place",
        Text(
            "입력 weight를 그 자리에서 바꾸었습니다. 네트워크가 망가집니다.",
            "The weights are changed in place, which spoils the network.",
        ),
        _in_place,
    ),
)
