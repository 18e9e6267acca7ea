"""The cases of exercise 1-2, the student network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import UNIT, Array, Rounded
from kdcourse.references import cnn
from labkit.judge.case import Case
from labkit.probe.weights import images_of, weight_of

_GIVEN_LATER = ("kdlab.models.student.StudentCNN",)


def _layers(classes: int) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Shapes of each layer's weight and bias."""
    return {
        "conv1": ((16, 3, 3, 3), (16,)),
        "conv2": ((16, 16, 3, 3), (16,)),
        "linear1": ((256, 1024), (256,)),
        "linear2": ((classes, 256), (classes,)),
    }


def _layer_shapes(classes: int) -> Array:
    shapes = sorted(shape for pair in _layers(classes).values() for shape in pair)
    return np.array([[*shape, 0, 0, 0, 0][:4] for shape in shapes], dtype=np.float64)


def _images(draw: Draw, count: int) -> dict[str, Any]:
    return {"shape": [count, 3, 32, 32], "seed": int(draw.labels(1, 10_000)[0])}


def _network_case(
    tag: str, draw: Draw, images: int, arguments: dict[str, Any], **special: Any
) -> KnownCase:
    classes = arguments.get("num_classes", 10)
    seed = int(draw.labels(1, 10_000)[0])
    weights = {
        name: tuple(weight_of(shape, seed) for shape in pair)
        for name, pair in _layers(classes).items()
    }
    for _ in range(20):  # with the errors of TF32 no images are clear
        inputs = _images(draw, images)
        done = cnn.forward(draw.exact(images_of(**inputs)), weights)
        if cnn.is_clear(done):
            break
    options = {"inputs": inputs, "weights": seed}
    case = Case("module", arguments, forbidden=_GIVEN_LATER, options=options, **special)
    expected: dict[str, Any] = {"layers": _layer_shapes(classes), "value": done.logits}
    if tag == "usual":
        cotangent = draw.numbers(images, classes, spread=1)
        case = replace(case, cotangent=cotangent)
        expected |= _gradient_products(done, weights, cotangent, seed + 1)
    return KnownCase(tag, case, expected)


def _gradient_products(
    done: cnn.Pass, weights: dict[str, Any], cotangent: Array, seed: int
) -> dict[str, Any]:
    """What `labkit.probe.modules.gradients_by_shape` should see."""
    products: dict[str, Any] = {}
    for pair in cnn.backward(done, weights, cotangent).values():
        for gradient in pair:
            entry = "gradient:" + "x".join(map(str, gradient.shape))
            product = np.sum(gradient * weight_of(gradient.shape, seed))
            products[entry] = products[entry] + product if entry in products else product
    return products


def _dropout_case(draw: Draw) -> KnownCase:
    options = {"inputs": _images(draw, 2), "weights": int(draw.labels(1, 10_000)[0]), "dropout": 3}
    kept = Rounded(np.full(2, 1 / (1 - 0.1)), (16 * UNIT) ** 2)  # units are 0.1 or larger
    case = Case("module", {"num_classes": 256}, forbidden=_GIVEN_LATER, options=options)
    return KnownCase("dropout", case, {"dropout": kept})


def network_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 1-2."""
    return [
        _network_case("usual", draw, 2, {}),
        _network_case("classes", draw, 1, {"num_classes": 3}),
        _network_case("classes", draw, 1, {"num_classes": 100}, dtype="float64"),
        _dropout_case(draw),
    ]
