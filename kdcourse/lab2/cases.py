"""Cases of lab 2's exercises, and what is expected there."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array
from kdcourse.common import step_case
from kdcourse.references import losses
from kdcourse.references.losses import Values
from labkit.judge.case import Case

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


def softmax_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 2-1."""
    cases = []
    for tag, rows, classes, T, special in _SIZES:
        logits, cotangent = draw.numbers(rows, classes), draw.numbers(rows, classes, spread=1)
        case = Case(
            "call",
            {"logits": logits, "T": T},
            gradients=("logits",),
            cotangent=cotangent,
            **special,
        )
        p = losses.softmax(draw.exact(logits), T)
        inner = np.sum(p * cotangent, axis=1, keepdims=True)
        expected = {"value": p, "gradient:logits": p * (cotangent - inner) / T}
        cases.append(KnownCase(tag, case, expected))
    return cases


def _loss_case(tag: str, draw: Draw, z: Array, v: Array, T: float, special: Any) -> KnownCase:
    case = Case(
        "call",
        {"student_logits": z, "teacher_logits": v, "T": T},
        gradients=("student_logits",),
        **special,
    )
    exact = draw.exact(z), draw.exact(v), T
    expected = {
        "value": losses.soft_targets_loss(*exact),
        "gradient:student_logits": losses.soft_targets_gradient(*exact),
    }
    return KnownCase(tag, case, expected)


def loss_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 2-2."""
    cases = []
    for tag, rows, classes, T, special in _SIZES:
        z, v = draw.numbers(rows, classes), draw.numbers(rows, classes)
        cases.append(_loss_case(tag, draw, z, v, T, special))
    z, v = draw.numbers(3, 4), draw.numbers(3, 4)
    twice = np.concatenate([z + 3.0, z]), np.concatenate([v, v - 5.0])
    cases.append(_loss_case("law", draw, *twice, 2.0, {}))
    cases.append(_loss_case("law", draw, z, z, 2.0, {}))
    v = draw.numbers(2, 3) + _EXTREME
    cases.append(_loss_case("extreme", draw, draw.numbers(2, 3), v, 1.0, {}))
    return cases


def gradient_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 2-4."""
    cases = []
    for tag, rows, classes, T, special in _SIZES:
        z, v = draw.numbers(rows, classes), draw.numbers(rows, classes)
        case = Case(
            "call",
            {"student_logits": z, "teacher_logits": v, "T": T},
            **special,
        )
        gradient = losses.soft_targets_gradient(draw.exact(z), draw.exact(v), T)
        cases.append(KnownCase(tag, case, {"value": gradient}))
    return cases


def _step_case(
    tag: str, draw: Draw, T: float, soft: float, ce: float, smoothing: float = 0.0, rows: int = 4
) -> KnownCase:
    def term(z: Values, v: Values) -> tuple[Values, Values]:
        loss, by_z = losses.soft_targets_loss(z, v, T), losses.soft_targets_gradient(z, v, T)
        return loss * soft, by_z * soft

    arguments = {
        "T": T,
        "soft_target_loss_weight": soft,
        "ce_loss_weight": ce,
        "ce_loss": {"loss": "CrossEntropyLoss", "label_smoothing": smoothing},
    }
    return step_case(tag, draw, term, arguments, sizes=(rows, 4, 5))


def step_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 2-3."""
    return [
        _step_case("usual", draw, 2.0, 0.25, 0.75),
        _step_case("usual", draw, 3.0, 0.6, 1.5, rows=3),
        _step_case("one term", draw, 2.0, 1.0, 0.0),
        _step_case("one term", draw, 2.0, 0.0, 1.0),
        _step_case("arguments", draw, 1.0, 0.5, 0.25, smoothing=0.3),
        _step_case("arguments", draw, 5.0, 0.5, 0.25, smoothing=0.2, rows=1),
    ]
