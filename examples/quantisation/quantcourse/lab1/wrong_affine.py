"""Wrong ways to write exercise q-1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text
from torch import Tensor

Range = Callable[[Tensor], tuple[Tensor, Tensor]]


def _range(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.min().clamp(max=0), x.max().clamp(min=0)


def _positive(scale: Tensor) -> Tensor:
    return torch.where(scale > 0, scale, torch.ones_like(scale))


def _half_up(x: Tensor) -> Tensor:
    return torch.floor(x + 0.5)


def _away_from_zero(x: Tensor) -> Tensor:
    return torch.sign(x) * torch.floor(x.abs() + 0.5)


def _affine(
    range_of: Range = _range,
    levels: Callable[[int], int] = lambda bits: 2**bits - 1,
    guard: Callable[[Tensor], Tensor] = _positive,
    round_to: Callable[[Tensor], Tensor] = torch.round,
    zero: Callable[[Tensor], Tensor] = torch.round,
    limit: Callable[[Tensor, int], Tensor] = lambda q, bits: q.clamp(0, 2**bits - 1),
    back: Callable[..., Tensor] = lambda x, q, scale, zero_point: scale * (q - zero_point),
    give: Callable[..., Any] = lambda *parts: parts,
) -> Callable[[Tensor, int], Any]:
    """Affine quantisation with one of its parts replaced; what is not given is right."""

    def quantise(x: Tensor, bits: int) -> Any:
        low, high = range_of(x)
        scale = guard((high - low) / levels(bits))
        zero_point = zero(-low / scale)
        q = limit(round_to(x / scale) + zero_point, bits)
        return give(q, scale, zero_point, back(x, q, scale, zero_point))

    return quantise


def _symmetric(x: Tensor, bits: int) -> Any:
    top = 2 ** (bits - 1) - 1
    scale = _positive(x.abs().max() / top)
    q = torch.round(x / scale).clamp(-top, top)
    return q, scale, torch.zeros(()), scale * q


def _signed(x: Tensor, bits: int) -> Any:
    q, scale, zero_point, restored = _affine()(x, bits)
    return q - 2 ** (bits - 1), scale, zero_point - 2 ** (bits - 1), restored


def _in_place(x: Tensor, bits: int) -> Any:
    found = _affine()(x.clone(), bits)
    x.clamp_(0)
    return found


AFFINE = (
    Wrong(
        "zero-left-out",
        Text(
            "모든 값의 부호가 같으면 범위에 0이 들어가지 않아 0을 정확히 나타낼 수 없습니다.",
            "Where all numbers have one sign, 0 is not in the range, and cannot be represented.",
        ),
        _affine(range_of=lambda x: (x.min(), x.max())),
    ),
    Wrong(
        "symmetric",
        Text(
            "0을 중심으로 대칭인 범위를 썼습니다. 이 문제에서는 실제 최솟값과 최댓값을 씁니다.",
            "The range is symmetric around 0; here it goes from the least to the largest number.",
        ),
        _symmetric,
    ),
    Wrong(
        "one-level-too-many",
        Text(
            "정수 사이의 간격 수가 하나 틀렸습니다. 정수의 개수와 간격의 개수는 다릅니다.",
            "One interval too many: there is one interval less than there are integers.",
        ),
        _affine(levels=lambda bits: 2**bits),
    ),
    Wrong(
        "one-bit-less",
        Text(
            "부호 bit를 하나 뺀 범위입니다. 이 정수에는 부호가 없습니다.",
            "A bit was kept for a sign, but these integers have none.",
        ),
        _affine(
            levels=lambda bits: 2 ** (bits - 1) - 1,
            limit=lambda q, bits: q.clamp(0, 2 ** (bits - 1) - 1),
        ),
    ),
    Wrong(
        "zero-point-not-whole",
        Text(
            "Zero point가 정수가 아닙니다. 그러면 0이 정수 하나에 정확히 대응하지 않습니다.",
            "The zero point is no integer, so no integer stands for exactly 0.",
        ),
        _affine(zero=lambda z: z),
    ),
    Wrong(
        "no-zero-point",
        Text(
            "Zero point를 더하지 않아 음수가 모두 잘려 나갑니다.",
            "No zero point is added: everything below 0 is cut off.",
        ),
        _affine(zero=torch.zeros_like),
    ),
    Wrong(
        "zero-point-sign",
        Text("Zero point의 부호가 반대입니다.", "The zero point has the opposite sign."),
        _affine(zero=lambda z: -torch.round(z)),
    ),
    Wrong(
        "restored-without-zero-point",
        Text(
            "되돌릴 때 zero point를 빼지 않았습니다. 되돌린 값이 모두 한쪽으로 밀립니다.",
            "The way back forgets the zero point: all restored numbers are shifted.",
        ),
        _affine(back=lambda x, q, scale, zero_point: scale * q),
    ),
    Wrong(
        "restored-is-input",
        Text(
            "되돌린 값이 입력 그대로입니다. 정수에서 다시 계산해야 합니다.",
            "The restored numbers are the input itself; compute them from the integers.",
        ),
        _affine(back=lambda x, q, scale, zero_point: x.clone()),
    ),
    Wrong(
        "truncated",
        Text(
            "가장 가까운 정수가 아니라 소수점 아래를 버린 정수입니다.",
            "The fraction is cut off instead of rounding to the nearest integer.",
        ),
        _affine(round_to=torch.trunc),
    ),
    Wrong(
        "rounded-down",
        Text(
            "항상 아래쪽 정수로 내렸습니다. 오차가 한쪽으로 치우칩니다.",
            "Always rounded down: the errors all go one way.",
        ),
        _affine(round_to=torch.floor),
    ),
    Wrong(
        "half-up",
        Text(
            "정확히 중간인 값을 항상 위로 올렸습니다. torch.round의 규칙을 확인하세요.",
            "Halves always go up; see which rule torch.round follows.",
        ),
        _affine(round_to=_half_up),
    ),
    Wrong(
        "half-away-from-zero",
        Text(
            "정확히 중간인 값을 0에서 먼 쪽으로 보냈습니다. torch.round의 규칙을 확인하세요.",
            "Halves go away from 0; see which rule torch.round follows.",
        ),
        _affine(round_to=_away_from_zero),
    ),
    Wrong(
        "not-limited",
        Text(
            "반올림 때문에 정수가 범위를 벗어날 수 있는데 막지 않았습니다.",
            "Rounding can lead beyond the largest integer; nothing stops that.",
        ),
        _affine(limit=lambda q, bits: q),
    ),
    Wrong(
        "division-by-zero",
        Text(
            "모든 값이 0이면 scale이 0이 되어 0으로 나눕니다.",
            "If every number is 0, the scale is 0 and is divided by.",
        ),
        _affine(guard=lambda scale: scale),
    ),
    Wrong(
        "scale-upside-down",
        Text("Scale의 역수를 돌려주었습니다.", "What is returned is 1 / scale."),
        _affine(give=lambda q, scale, zero_point, back: (q, 1 / scale, zero_point, back)),
    ),
    Wrong(
        "exchanged",
        Text(
            "Scale과 zero point의 순서가 바뀌었습니다.", "Scale and zero point are exchanged."
        ),
        _affine(give=lambda q, scale, zero_point, back: (q, zero_point, scale, back)),
    ),
    Wrong(
        "signed-integers",
        Text(
            "음수를 포함하는 정수 범위를 썼습니다. 문제에서는 0부터 시작합니다.",
            "The integers begin below 0; the exercise has them begin at 0.",
        ),
        _signed,
    ),
    Wrong(
        "in-place",
        Text(
            "입력을 그 자리에서 바꾸어 다음에 쓰는 코드가 다른 값을 보게 됩니다.",
            "The input is changed in place: whoever uses it next sees other numbers.",
        ),
        _in_place,
    ),
    Wrong(
        "restored-alone",
        Text(
            "되돌린 값만 돌려주었습니다. 네 가지를 차례로 돌려주어야 합니다.",
            "Only the restored numbers are returned; the exercise asks for four things.",
        ),
        _affine(give=lambda q, scale, zero_point, back: back),
    ),
)
