"""The cases of exercise 1-2, the student network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import UNIT, Rounded
from kdcourse.modules import (
    draw_images,
    gradient_products,
    shapes_of_parameters,
    student_layers,
    student_pass,
)
from kdcourse.references import cnn
from labkit.judge.case import Case


def _network_case(
    tag: str, draw: Draw, images: int, arguments: dict[str, Any], **special: Any
) -> KnownCase:
    classes = arguments.get("num_classes", 10)
    seed = int(draw.labels(1, 10_000)[0])
    inputs, weights, done = student_pass(draw, images, classes, seed)
    options = {"inputs": inputs, "weights": seed}
    case = Case("module", arguments, options=options, **special)
    shapes = [shape for pair in student_layers(classes).values() for shape in pair]
    expected: dict[str, Any] = {"layers": shapes_of_parameters(shapes), "value": done.logits}
    if tag == "usual":
        cotangent = draw.numbers(images, classes, spread=1)
        case = replace(case, cotangent=cotangent)
        pairs = cnn.backward(done, weights, cotangent).values()
        expected |= gradient_products((each for pair in pairs for each in pair), seed)
    return KnownCase(tag, case, expected)


def _dropout_case(draw: Draw) -> KnownCase:
    images, seed = draw_images(draw, 2), int(draw.labels(1, 10_000)[0])
    options = {"inputs": images, "weights": seed, "dropout": 3}
    kept = Rounded(np.full(2, 1 / (1 - 0.1)), (16 * UNIT) ** 2)  # units are 0.1 or larger
    case = Case("module", {"num_classes": 256}, options=options)
    return KnownCase("dropout", case, {"dropout": kept})


def network_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 1-2."""
    return [
        _network_case("usual", draw, 2, {}),
        _network_case("classes", draw, 1, {"num_classes": 3}),
        _network_case("classes", draw, 1, {"num_classes": 100}, dtype="float64"),
        _dropout_case(draw),
    ]
