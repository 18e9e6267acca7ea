"""The exercises of lab 2, soft targets: their cases, expectations and checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import reference
from autograder.checks.exercise import Check, Draw, Exercise, Plan
from autograder.checks.parts import CONTRACT, FORM, GRADIENT, SIZE, VALUE, flat, network
from autograder.checks.rounding import Array
from kdlab.checks.case import Case
from kdlab.checks.messages import Text

# Tag, rows, classes, temperature and what is special about the case.
_SIZES: tuple[tuple[str, int, int, float, dict[str, Any]], ...] = (
    ("usual", 4, 5, 2.5, {}),
    ("temperature", 3, 4, 1.0, {}),
    ("temperature", 3, 4, 20.0, {}),
    ("size", 1, 3, 3.0, {}),
    ("size", 5, 2, 1.5, {}),
    ("size", 2, 100, 4.0, {}),
    ("size", 3, 6, 3.0, {"layout": "strided"}),
    ("size", 3, 6, 3.0, {"dtype": "float64"}),
)
_EXTREME = np.array([[200.0, 0.0, 0.0], [0.0, 0.0, 0.0]])

_TEMPERATURE = Text("Temperature T = 1과 T = 20", "Temperatures T = 1 and T = 20")
_NOTE = Text(
    "참고(점수 없음): T = 1에서 logit 차이가 200이면 확률이 0이 되어 log가 -inf, 결과가 NaN이 "
    "됩니다. log_softmax를 쓰면 안전합니다.",
    "Note (no points): with a logit gap of 200 at T = 1 a probability becomes 0, its log -inf and "
    "the result NaN. log_softmax is safe.",
)


def _softmax_plans(draw: Draw) -> list[Plan]:
    plans = []
    for tag, rows, classes, T, special in _SIZES:
        logits, cotangent = draw.numbers(rows, classes), draw.numbers(rows, classes, spread=1)
        case = Case(
            "call",
            {"logits": logits, "T": T},
            gradients=("logits",),
            cotangent=cotangent,
            **special,
        )
        p = reference.softmax(draw.exact(logits), T)
        inner = np.sum(p * cotangent, axis=1, keepdims=True)
        expected = {"value": p, "gradient:logits": p * (cotangent - inner) / T}
        plans.append(Plan(tag, case, expected))
    return plans


def _loss_plan(tag: str, draw: Draw, z: Array, v: Array, T: float, special: Any) -> Plan:
    case = Case(
        "call",
        {"student_logits": z, "teacher_logits": v, "T": T},
        gradients=("student_logits",),
        **special,
    )
    exact = draw.exact(z), draw.exact(v), T
    expected = {
        "value": reference.soft_targets_loss(*exact),
        "gradient:student_logits": reference.soft_targets_gradient(*exact),
    }
    return Plan(tag, case, expected)


def _loss_plans(draw: Draw) -> list[Plan]:
    plans = []
    for tag, rows, classes, T, special in _SIZES:
        z, v = draw.numbers(rows, classes), draw.numbers(rows, classes)
        plans.append(_loss_plan(tag, draw, z, v, T, special))
    z, v = draw.numbers(3, 4), draw.numbers(3, 4)
    twice = np.concatenate([z + 3.0, z]), np.concatenate([v, v - 5.0])
    plans.append(_loss_plan("law", draw, *twice, 2.0, {}))
    plans.append(_loss_plan("law", draw, z, z, 2.0, {}))
    v = draw.numbers(2, 3) + _EXTREME
    plans.append(_loss_plan("extreme", draw, draw.numbers(2, 3), v, 1.0, {}))
    return plans


def _gradient_plans(draw: Draw) -> list[Plan]:
    plans = []
    for tag, rows, classes, T, special in _SIZES:
        z, v = draw.numbers(rows, classes), draw.numbers(rows, classes)
        case = Case(
            "call",
            {"student_logits": z, "teacher_logits": v, "T": T},
            forbidden=("backward", "grad"),
            **special,
        )
        gradient = reference.soft_targets_gradient(draw.exact(z), draw.exact(v), T)
        plans.append(Plan(tag, case, {"value": gradient}))
    return plans


def _step_plan(
    tag: str, draw: Draw, T: float, soft: float, ce: float, smoothing: float = 0.0, rows: int = 4
) -> Plan:
    """One training step of two linear networks; see `kdlab.checks.networks`."""
    features, classes = 4, 5
    inputs = draw.numbers(rows, features, spread=1)
    labels = draw.labels(rows, classes)
    teacher, student = (
        {"weight": draw.numbers(features, classes, spread=1), "bias": draw.numbers(classes)}
        for _ in range(2)
    )
    case = Case(
        "call",
        {
            "teacher": network(teacher, training=False, wrong_mode="train"),
            "student": network(student, training=True, wrong_mode="eval"),
            "inputs": inputs,
            "labels": labels,
            "T": T,
            "soft_target_loss_weight": soft,
            "ce_loss_weight": ce,
            "ce_loss": {"loss": "CrossEntropyLoss", "label_smoothing": smoothing},
        },
        keywords=("T", "soft_target_loss_weight", "ce_loss_weight", "ce_loss"),
    )
    x = draw.exact(inputs)
    z, v = (x @ draw.exact(n["weight"]) + draw.exact(n["bias"]) for n in (student, teacher))
    y = reference.smoothed(labels, classes, smoothing)
    by_logits = (
        soft * reference.soft_targets_gradient(z, v, T)
        + ce * reference.cross_entropy_gradient(z, y)
    )
    loss = soft * reference.soft_targets_loss(z, v, T) + ce * reference.cross_entropy(z, y)
    return Plan(
        tag,
        case,
        {
            "value": loss,
            "gradient:student": flat(x.T @ by_logits, np.sum(by_logits, axis=0)),
            "gradient:teacher": np.zeros(features * classes + classes),
            "mode:teacher": np.zeros(1),
            "passes:teacher": np.zeros(1),
        },
    )


def _step_plans(draw: Draw) -> list[Plan]:
    return [
        _step_plan("usual", draw, 2.0, 0.25, 0.75),
        _step_plan("usual", draw, 3.0, 0.6, 1.5, rows=3),
        _step_plan("one term", draw, 2.0, 1.0, 0.0),
        _step_plan("one term", draw, 2.0, 0.0, 1.0),
        _step_plan("arguments", draw, 1.0, 0.5, 0.25, smoothing=0.3),
        _step_plan("arguments", draw, 5.0, 0.5, 0.25, smoothing=0.2, rows=1),
    ]


EXERCISES = (
    Exercise(
        "2-1",
        "softmax_with_temperature",
        Text("Temperature가 있는 softmax", "Softmax with a temperature"),
        _softmax_plans,
        (
            Check("value", 1.0, Text("확률값", "The probabilities"), VALUE, ("usual",)),
            Check("temperature", 0.5, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.5, SIZE, VALUE, ("size",)),
            Check("gradient", 0.5, Text("logits의 gradient", "Gradient by the logits"), GRADIENT),
            Check("form", 0.5, FORM, CONTRACT),
        ),
        (
            Text("각 행의 합은 1입니다.", "Each row sums to 1."),
            Text("T는 지수 함수에 들어가기 전에 쓰입니다.", "T is used before the exponential."),
            Text("T로 나눈 logits를 생각해 보세요.", "Think of logits divided by T."),
        ),
    ),
    Exercise(
        "2-2",
        "soft_targets_loss",
        Text("Soft targets loss", "The loss on soft targets"),
        _loss_plans,
        (
            Check("value", 2.0, Text("Loss 값", "The loss"), VALUE, ("usual",)),
            Check("temperature", 1.0, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.5, SIZE, VALUE, ("size",)),
            Check(
                "law", 0.5,
                Text(
                    "Batch를 두 번 이어 붙이거나 한 행에 상수를 더해도 loss가 같고, 두 logits가 "
                    "같으면 0",
                    "The batch twice, or a constant added to a row, leave the loss; equal logits "
                    "give 0",
                ),
                VALUE, ("law",),
            ),
            Check(
                "gradient", 1.5,
                Text("Student logits에 대한 gradient", "Gradient by the student's logits"),
                GRADIENT,
            ),
            Check("form", 0.5, FORM, CONTRACT),
            Check("extreme", 0.0, _NOTE, VALUE, ("extreme",)),
        ),
        (
            Text(
                "Teacher와 student의 logits 모두에 같은 T를 씁니다.",
                "The same T goes to the teacher's and to the student's logits.",
            ),
            Text(
                "KL(P‖Q)에서 P는 teacher입니다. Class에 대해 더하고 batch에 대해 평균합니다.",
                "In KL(P‖Q), P is the teacher. Sum over the classes, average over the batch.",
            ),
            Text(
                "Temperature가 gradient를 얼마나 작게 만드는지, 그것을 무엇으로 되돌리는지 "
                "강의를 보세요.",
                "See the lecture: how much does the temperature shrink gradients, what undoes it?",
            ),
        ),
    ),
    Exercise(
        "2-3",
        "knowledge_distillation_step",
        Text("[실습 1] Knowledge Distillation 학습 함수", "[Practice 1] A distillation step"),
        _step_plans,
        (
            Check("value", 1.5, Text("전체 loss 값", "The whole loss"), VALUE, ("usual",)),
            Check(
                "one term", 1.0,
                Text("가중치 0과 1은 한 항만 남깁니다", "Weights 0 and 1 leave one term"),
                VALUE, ("one term",),
            ),
            Check(
                "arguments", 0.5,
                Text(
                    "인자로 받은 T와 ce_loss를 그대로 사용", "Uses T and ce_loss as passed"
                ),
                VALUE, ("arguments",),
            ),
            Check(
                "gradient", 1.5,
                Text("Student 가중치에 대한 gradient", "Gradient by the student's weights"),
                ("gradient:student",),
            ),
            Check(
                "teacher", 1.0,
                Text(
                    "Teacher는 eval 모드 그대로, gradient 없음",
                    "The teacher stays in eval mode, no gradient",
                ),
                ("gradient:teacher", "mode:teacher", "passes:teacher"),
            ),
            Check("form", 0.5, FORM, CONTRACT),
        ),
        (
            Text(
                "Teacher의 예측에는 gradient가 필요하지 않습니다.",
                "The teacher's predictions need no gradient.",
            ),
            Text(
                "두 loss를 각각 계산한 뒤 각자의 가중치를 곱해 더합니다.",
                "Compute the two losses, then add them up, each with its own weight.",
            ),
            Text("2-2에서 만든 함수를 다시 쓸 수 있습니다.", "You can reuse your function of 2-2."),
        ),
    ),
    Exercise(
        "2-4",
        "soft_target_gradient",
        Text("Soft targets loss의 gradient", "The gradient of the loss on soft targets"),
        _gradient_plans,
        (
            Check("value", 1.5, Text("Gradient 값", "The gradient"), VALUE, ("usual",)),
            Check("temperature", 0.5, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.5, SIZE, VALUE, ("size",)),
            Check("form", 0.5, FORM, CONTRACT),
        ),
        (
            Text(
                "식 (2)는 두 확률분포의 차이로 이루어져 있습니다.",
                "Equation (2) is made of the difference of two distributions.",
            ),
            Text(
                "Loss에 곱한 T²과 batch 평균을 잊지 마세요.",
                "Do not forget the T² of the loss, nor the mean over the batch.",
            ),
        ),
    ),
)
