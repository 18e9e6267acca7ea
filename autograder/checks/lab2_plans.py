"""Cases of lab 2's exercises, and what is expected there."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import reference
from autograder.checks.exercise import Draw, Plan
from autograder.checks.parts import flat, network
from autograder.checks.rounding import Array
from kdlab.checks.case import Case

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


def softmax_plans(draw: Draw) -> list[Plan]:
    """Cases of 2-1."""
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


def loss_plans(draw: Draw) -> list[Plan]:
    """Cases of 2-2."""
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


def gradient_plans(draw: Draw) -> list[Plan]:
    """Cases of 2-4."""
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


def step_plans(draw: Draw) -> list[Plan]:
    """Cases of 2-3."""
    return [
        _step_plan("usual", draw, 2.0, 0.25, 0.75),
        _step_plan("usual", draw, 3.0, 0.6, 1.5, rows=3),
        _step_plan("one term", draw, 2.0, 1.0, 0.0),
        _step_plan("one term", draw, 2.0, 0.0, 1.0),
        _step_plan("arguments", draw, 1.0, 0.5, 0.25, smoothing=0.3),
        _step_plan("arguments", draw, 5.0, 0.5, 0.25, smoothing=0.2, rows=1),
    ]
