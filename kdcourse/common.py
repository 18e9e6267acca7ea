"""What the cases of several labs share: probe networks, their gradients, and a step with two."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks.exercise import CONTRACT, FORM, VALUE, Check, Draw, KnownCase
from autograder.checks.rounding import Array, Rounded
from kdcourse.references import losses
from kdcourse.references.losses import Values
from labkit.judge.case import Case
from labkit.judge.messages import Text


def network(
    parameters: dict[str, Array], training: bool, wrong_mode: str, **options: Any
) -> dict[str, Any]:
    """A probe network that gives other outputs in the mode that it should not be run in.

    Parameters
    ----------
    parameters : dict of array
        ``weight``, ``bias`` and perhaps ``hidden_weight``; see `labkit.probe.networks`.
    wrong_mode : {"train", "eval", "grad"}
        The mode in which the outputs are 1.5 times as large.
    **options
        ``hidden_shape``.
    """
    spec = {"parameters": parameters, "training": training, "factors": {wrong_mode: 1.5}}
    return {"network": spec | options}


def flat(*gradients: Any) -> Rounded:
    """Gradients of a network's parameters, in their order, as one vector."""
    vector: Any = np.concatenate([gradient.reshape(-1) for gradient in gradients])
    assert isinstance(vector, Rounded)
    return vector


Term = Callable[[Values, Values], tuple[Values, Values]]
"""A method's loss times its weight, and the derivative by what is the student's.

It takes what the method compares: the student's and the teacher's second output, or their logits.
"""


def step_case(
    tag: str,
    draw: Draw,
    term: Term,
    arguments: dict[str, Any],
    *,
    sizes: tuple[int, int, int],
    shape: tuple[int, ...] = (),
    told: bool = True,
    dtype: str = "float32",
) -> KnownCase:
    """One training step of two linear networks; see `labkit.probe.networks`.

    Parameters
    ----------
    arguments : dict
        What is passed by name: the weights, the losses and the method's own.
    sizes : tuple of int
        Rows, features and classes.
    shape : tuple of int
        Of a row of the networks' second output; empty if there is none.
    told : bool
        Whether the student's gradient is looked at.
    """
    rows, features, classes = sizes
    inputs, labels = draw.numbers(rows, features, spread=1), draw.labels(rows, classes)
    teacher, student = (_linear(draw, features, classes, shape) for _ in range(2))
    maps = {"hidden_shape": shape} if len(shape) > 1 else {}
    networks = {
        "teacher": network(teacher, training=False, wrong_mode="train", **maps),
        "student": network(student, training=True, wrong_mode="eval", **maps),
    }
    given = networks | {"inputs": inputs, "labels": labels} | arguments
    case = Case("call", given, keywords=tuple(arguments), dtype=dtype)
    exact_teacher, exact_student = (
        {name: draw.exact(value) for name, value in each.items()} for each in (teacher, student)
    )
    y = losses.smoothed(labels, classes, arguments["ce_loss"]["label_smoothing"])
    loss, by_student = _step(
        draw.exact(inputs), y, exact_student, exact_teacher, term, arguments["ce_loss_weight"]
    )
    expected = {
        "value": loss,
        **({"gradient:student": by_student} if told else {}),
        "gradient:teacher": np.zeros(sum(value.size for value in teacher.values())),
        "mode:teacher": np.zeros(1),
        "passes:teacher": np.zeros(1),
    }
    return KnownCase(tag, case, expected)


def _step(
    x: Values,
    y: Array,
    student: dict[str, Values],
    teacher: dict[str, Values],
    term: Term,
    ce_weight: float,
) -> tuple[Values, Rounded]:
    """The loss, and its derivative by the student's parameters."""
    z, v = (x @ each["weight"] + each["bias"] for each in (student, teacher))  # (N, C)
    ce_loss = losses.cross_entropy(z, y) * ce_weight
    by_z = losses.cross_entropy_gradient(z, y) * ce_weight
    if "hidden_weight" not in student:
        loss, by_compared = term(z, v)
        by_z = by_z + by_compared
        return loss + ce_loss, flat(x.T @ by_z, np.sum(by_z, axis=0))
    loss, by_hidden = term(*(x @ each["hidden_weight"] for each in (student, teacher)))
    return loss + ce_loss, flat(x.T @ by_z, np.sum(by_z, axis=0), x.T @ by_hidden)


def _linear(draw: Draw, features: int, classes: int, shape: tuple[int, ...]) -> dict[str, Array]:
    """Parameters of a probe network, with a second output of that shape unless it is empty."""
    logits = {"weight": draw.numbers(features, classes, spread=1), "bias": draw.numbers(classes)}
    if not shape:
        return logits
    return logits | {"hidden_weight": draw.numbers(features, math.prod(shape), spread=1)}


def step_checks(
    value: float, arguments: float, teacher: float, passed: Text
) -> tuple[Check, ...]:
    """The checks of a distillation step, which labs 2 to 4 share.

    Parameters
    ----------
    value, arguments, teacher : float
        The weights of the checks of the loss, of the use of what is passed, and of the teacher.
    passed : Text
        What the check of the arguments is called.
    """
    return (
        Check("value", value, Text("전체 loss 값", "The whole loss"), VALUE, ("usual",)),
        Check(
            "one term", 1.0,
            Text("가중치 0과 1은 한 항만 남깁니다", "Weights 0 and 1 leave one term"),
            VALUE, ("one term",),
        ),
        Check("arguments", arguments, passed, VALUE, ("arguments",)),
        Check(
            "gradient", 1.5,
            Text("Student 가중치에 대한 gradient", "Gradient by the student's weights"),
            ("gradient:student",),
        ),
        Check(
            "teacher", teacher,
            Text(
                "Teacher는 eval 모드 그대로, gradient 없음",
                "The teacher stays in eval mode, no gradient",
            ),
            ("gradient:teacher", "mode:teacher", "passes:teacher"),
        ),
        Check("form", 0.5, FORM, CONTRACT),
    )  # fmt: skip
