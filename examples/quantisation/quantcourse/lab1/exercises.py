"""The exercises of the lab: their cases, expectations and checks."""

from __future__ import annotations

from autograder.checks.exercise import Check, Exercise, Measured
from labkit.judge.messages import Text

from quantcourse.end_to_end.grade import QUANTISED
from quantcourse.lab1 import (
    right_affine,
    right_allocation,
    right_channel,
    wrong_affine,
    wrong_allocation,
    wrong_channel,
)
from quantcourse.lab1.allocation_cases import allocation_cases
from quantcourse.lab1.cases import affine_cases, channel_cases

# Whether integers come as int64, uint8 or float32 is the student's choice: only "shape" is asked.
_FORM = Text("결과의 shape, 입력을 바꾸지 않음", "Shapes of the results; inputs left alone")
_ROUNDING = Text(
    "정확히 중간인 값의 반올림과 정수의 한계",
    "Rounding of numbers in the very middle, and the limits of the integers",
)
_SIZES = Text(
    "다른 bit 수와 차원, 다른 메모리 순서와 자료형",
    "Other bits and dimensions, other memory layout and type",
)

AFFINE = Exercise(
    "q-1",
    "affine_quantise",
    Text("Affine 양자화와 역양자화", "Affine quantisation and the way back"),
    cases=affine_cases,
    right=right_affine.AFFINE,
    wrong=wrong_affine.AFFINE,
    checks=(
        Check(
            "parameters", 1.5,
            Text("Scale과 zero point", "Scale and zero point"),
            ("value:scale", "value:zero_point"), ("usual",),
        ),
        Check("integers", 1.5, Text("정수", "The integers"), ("value:integers",), ("usual",)),
        Check(
            "restored", 1.0,
            Text("되돌린 값", "The restored numbers"), ("value:restored",), ("usual",),
        ),
        Check(
            "zero", 0.5,
            Text(
                "0은 항상 정확히 나타냅니다: 한쪽 부호뿐인 값, 모두 0인 값",
                "0 is always exact: numbers of one sign, and nothing but zeros",
            ),
            ("value",), ("zero",),
        ),
        Check("ties", 0.5, _ROUNDING, ("value",), ("ties",)),
        Check("size", 0.5, _SIZES, ("value",), ("size",)),
        Check("form", 0.5, _FORM, ("shape:integers", "shape:restored", "inputs")),
    ),
    hints=(
        Text(
            "먼저 0을 포함하는 범위를 구합니다.", "First find the range; 0 always belongs to it."
        ),
        Text(
            "정수 $2^b$개 사이에는 간격이 몇 개 있습니까? Scale은 간격 하나의 크기입니다.",
            "How many intervals lie between 2^b integers? The scale is the width of one.",
        ),
        Text(
            "Zero point는 0.0에 대응하는 정수입니다. 범위의 아래 끝이 정수 0이 됩니다.",
            "The zero point is what 0.0 becomes; the lower end of the range becomes integer 0.",
        ),
    ),
)

CHANNEL = Exercise(
    "q-2",
    "quantise_per_channel",
    Text("Channel별 weight 양자화", "Weights by output channel"),
    cases=channel_cases,
    right=right_channel.CHANNEL,
    wrong=wrong_channel.CHANNEL,
    checks=(
        Check(
            "scales", 1.5,
            Text("Channel마다의 scale", "The scale of each channel"), ("value:scales",), ("usual",),
        ),
        Check("integers", 1.5, Text("정수", "The integers"), ("value:integers",), ("usual",)),
        Check(
            "errors", 1.0,
            Text("Channel마다의 평균제곱오차", "The mean squared error of each channel"),
            ("value:errors",), ("usual",),
        ),
        Check("zeros", 0.5, Text("모두 0인 channel", "A channel of zeros"), ("value",), ("zeros",)),
        Check("ties", 0.5, _ROUNDING, ("value",), ("ties",)),
        Check("size", 0.5, _SIZES, ("value",), ("size", "bits")),
        Check("form", 0.5, _FORM, ("shape", "inputs")),
    ),
    hints=(
        Text(
            "출력 channel은 weight의 첫 번째 축입니다.",
            "Output channels are the first axis of the weight.",
        ),
        Text(
            "flatten(1)을 쓰면 channel마다 한 행이 됩니다. Linear layer도 같은 코드로 됩니다.",
            "flatten(1) makes a row of each channel, and serves linear layers too.",
        ),
        Text(
            "나눗셈을 하기 전에 scale이 0인 channel을 처리합니다.",
            "Take care of channels with scale 0 before you divide.",
        ),
    ),
)

ALLOCATION = Exercise(
    "q-3",
    "choose_bits",
    Text("크기 제한 아래에서 층마다의 bit 고르기", "Bits for each layer, under a size limit"),
    cases=allocation_cases,
    right=right_allocation.BITS,
    wrong=wrong_allocation.BITS,
    checks=(
        Check(
            "best", 2.5,
            Text("Loss의 합이 가장 작은 배분", "The allocation with the least total loss"),
            ("value",), ("usual",),
        ),
        Check(
            "budget", 1.5,
            Text(
                "예산: 딱 맞는 경우, 가장 작은 경우, 넉넉한 경우",
                "Budgets that fit to the bit, that are as small as can be, and that are ample",
            ),
            ("value",), ("budget",),
        ),
        Check(
            "noise", 1.0,
            Text(
                "Bit가 많다고 loss가 항상 작지는 않은 표",
                "A table in which more bits may lose more",
            ),
            ("value",), ("noise",),
        ),
        Check(
            "size", 0.5, Text("층이 1개, 6개", "One layer, and six layers"), ("value",), ("size",)
        ),
        Check(
            "form", 0.5,
            Text("층마다 수 하나인 list, 입력 보존", "A list with a number for each layer"),
            ("shape", "inputs"),
        ),
    ),
    hints=(
        Text(
            "배분이 몇 가지나 있는지 먼저 세어 보세요. 층은 몇 개뿐입니다.",
            "Count the allocations first: there are only a few layers.",
        ),
        Text(
            "배분마다 두 가지를 셉니다: 크기와 loss의 합.",
            "Two things are to be counted for each allocation: its size and its total loss.",
        ),
        Text(
            "예산을 넘는 배분을 빼고 남은 것 가운데 고릅니다. itertools.product가 도움이 됩니다.",
            "Leave out what exceeds the budget, then choose. itertools.product may help.",
        ),
    ),
)

EXERCISES: tuple[Exercise | Measured, ...] = (AFFINE, CHANNEL, ALLOCATION, QUANTISED)
