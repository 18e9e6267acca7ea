"""The exercises of lab 4, the regressor: what is checked in them, and the hints."""

from __future__ import annotations

from autograder.checks.exercise import CONTRACT, FORM, GRADIENT, VALUE, Check, Exercise, Measured
from autograder.checks.pairs import with_twins
from kdcourse import rules
from kdcourse.common import step_checks
from kdcourse.end_to_end.grade import measured
from kdcourse.lab4 import (
    pairs,
    right_mse,
    right_regressor,
    right_step,
    wrong_mse,
    wrong_regressor,
    wrong_step,
)
from kdcourse.lab4.cases import mse_cases, regressor_cases, step_cases
from kdcourse.lab4.end_to_end import END_TO_END
from labkit.judge.messages import Text

EXERCISES: tuple[Exercise | Measured, ...] = (
    Exercise(
        "4-1",
        "mse",
        Text("평균 제곱 오차(MSE)", "The mean squared error"),
        cases=mse_cases,
        right=right_mse.MSE,
        wrong=wrong_mse.MSE + pairs.MSE_PAIRS,
        rule=rules.MSE,
        checks=(
            Check("value", 1.5, Text("Loss 값", "The loss"), VALUE, ("usual",)),
            Check(
                "dimensions", 1.0,
                Text("1차원부터 4차원까지의 텐서", "Tensors of one to four dimensions"),
                VALUE, ("dimensions",),
            ),
            Check(
                "size", 0.5,
                Text(
                    "한 개의 샘플, 다른 메모리 순서와 자료형",
                    "One sample, other memory layout and type",
                ),
                VALUE, ("size",),
            ),
            Check(
                "law", 0.5,
                Text(
                    "Batch를 두 번 이어 붙이거나 둘에 같은 상수를 더해도 loss가 같고, 같은 텐서의 "
                    "loss는 0",
                    "The batch twice, or a constant added to both, leave the loss; equal tensors "
                    "give 0",
                ),
                VALUE, ("law",),
            ),
            Check("gradient", 1.0, Text("x와 y의 gradient", "Gradients by x and by y"), GRADIENT),
            Check("form", 0.5, FORM, CONTRACT),
        ),
        hints=(
            Text(
                "이름을 뒤에서부터 읽으면 계산의 순서입니다. error, squared, mean.",
                "Read the name backwards for the order of the computation: error, squared, mean.",
            ),
            Text(
                "평균은 어느 축에 대해 구해야 합니까? 차원의 수는 정해져 있지 않습니다.",
                "Over which axes does the mean go? The number of dimensions is not fixed.",
            ),
            Text(
                "dim을 주지 않은 torch의 평균은 모든 원소에 대한 것입니다.",
                "Without a dim, torch's mean goes over all elements.",
            ),
        ),
    ),
    Exercise(
        "4-2",
        "StudentRegressor",
        Text("Regressor를 붙인 student", "The student with a regressor"),
        cases=regressor_cases,
        right=right_regressor.REGRESSOR,
        wrong=wrong_regressor.REGRESSOR + pairs.REGRESSOR_PAIRS,
        checks=(
            Check(
                "layers", 1.5,
                Text(
                    "StudentCNN의 층과 regressor 하나",
                    "The layers of StudentCNN and one regressor",
                ),
                ("layers",),
            ),
            Check(
                "logits", 1.0,
                Text("logits의 값", "The logits"), ("value:logits",), ("usual",),
            ),
            Check(
                "regressor", 1.5,
                Text("Regressor의 출력값", "The regressor's output"),
                ("value:regressor_output",), ("usual",),
            ),
            Check(
                "size", 0.5,
                Text("다른 class 수와 batch 크기", "Other numbers of classes and images"),
                VALUE, ("size",),
            ),
            Check(
                "gradient", 1.0,
                Text(
                    "두 출력의 gradient가 모든 층에 도달함",
                    "Gradients of both outputs reach every layer",
                ),
                GRADIENT,
            ),
            Check(
                "form", 0.5,
                Text("두 출력의 shape과 형식", "Shape and form of the two outputs"),
                ("shape", "form"),
            ),
        ),
        hints=(
            Text(
                "Regressor의 입력과 출력의 shape을 먼저 적어 보세요. 높이와 너비는 그대로입니다.",
                "First write down the shapes before and after it; height and width stay.",
            ),
            Text(
                "forward에서 feature map은 두 곳에 쓰입니다. 한 곳의 결과가 다른 곳에 들어가지 "
                "않습니다.",
                "In forward, the feature map is used in two places, and the result of the one does "
                "not enter the other.",
            ),
            Text(
                "3×3 kernel이 8×8 map의 크기를 바꾸지 않으려면 padding이 1이어야 합니다. "
                "Regressor와 classifier는 같은 feature map을 받습니다.",
                "With a padding of 1 a 3×3 kernel leaves an 8×8 map at its size. Regressor and "
                "classifier both take the same feature map.",
            ),
        ),
    ),
    Exercise(
        "4-3",
        "regressor_step",
        Text("[실습 3] Regressor 학습 함수", "[Practice 3] A step with the regressor"),
        cases=step_cases,
        right=right_step.STEP,
        wrong=with_twins(wrong_step.STEP, pairs.STEP_HIDES) + pairs.STEP_PAIRS,
        checks=step_checks(
            1.5,
            1.0,
            1.5,
            Text(
                "인자로 받은 ce_loss와 mse_loss를 그대로 사용",
                "Uses ce_loss and mse_loss as passed",
            ),
        ),
        hints=(
            Text(
                "두 네트워크는 출력을 두 개씩 돌려줍니다. 넷 중 셋이 쓰입니다.",
                "Each network returns two outputs. Three of the four are used.",
            ),
            Text(
                "Teacher의 forward에는 gradient가 필요하지 않습니다.",
                "The teacher's forward pass needs no gradient.",
            ),
            Text(
                "두 loss를 각각 계산한 뒤 각자의 가중치를 곱해 더합니다.",
                "Compute the two losses, then add them up, each with its own weight.",
            ),
        ),
    ),
    measured(END_TO_END),
)
