"""The cases of lab 4: the mean squared error, the student with a regressor, the training step."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array
from kdcourse.common import step_case
from kdcourse.modules import (
    gradient_products,
    shapes_of_parameters,
    student_layers,
    student_pass,
)
from kdcourse.references import cnn
from kdcourse.references import maps as map_reference
from kdcourse.references.losses import Values
from labkit.judge.case import Case
from labkit.probe.weights import weight_of

# Tag, shape, and what is special about the case.
_SIZES: tuple[tuple[str, tuple[int, ...], dict[str, Any]], ...] = (
    ("usual", (4, 5), {}),
    ("usual", (3, 2), {}),
    ("dimensions", (5,), {}),
    ("dimensions", (2, 3, 2), {}),
    ("dimensions", (3, 2, 1, 2), {}),
    ("size", (1, 3), {}),
    ("size", (3, 4), {"layout": "strided"}),
    ("size", (3, 4), {"dtype": "float64"}),
)
_GRADIENTS: dict[str, tuple[str, ...]] = {"usual": ("x", "y"), "dimensions": ("x",)}


# --- 4-1 mse


def _mse_case(tag: str, draw: Draw, x: Array, y: Array, **special: Any) -> KnownCase:
    names = _GRADIENTS.get(tag, ())
    case = Case("call", {"x": x, "y": y}, gradients=names, **special)
    exact = draw.exact(x), draw.exact(y)
    by_x = map_reference.mse_gradient(*exact)
    gradients = {"gradient:x": by_x, "gradient:y": -by_x}
    expected = {"value": map_reference.mse(*exact)} | {
        entry: gradients[entry] for entry in (f"gradient:{name}" for name in names)
    }
    return KnownCase(tag, case, expected)


def mse_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 4-1."""
    cases = []
    for tag, shape, special in _SIZES:
        cases.append(_mse_case(tag, draw, draw.numbers(*shape), draw.numbers(*shape), **special))
    x, y = draw.numbers(2, 3), draw.numbers(2, 3)
    twice = np.concatenate([x, x + 3.0]), np.concatenate([y, y + 3.0])
    return [*cases, _mse_case("law", draw, *twice), _mse_case("law", draw, x, x)]


# --- 4-2 StudentRegressor

_REGRESSOR = ((32, 16, 3, 3), (32,))


def _regressor_case(
    tag: str, draw: Draw, images: int, whole_map: bool, **arguments: int
) -> KnownCase:
    """A pass through the network; ``whole_map`` asks for the map's numbers, not only its shape."""
    classes = arguments.get("num_classes", 10)
    seed = int(draw.labels(1, 10_000)[0])
    inputs, weights, done = student_pass(draw, images, classes, seed)
    weight, bias = (weight_of(shape, seed) for shape in _REGRESSOR)
    maps = done.flat.reshape(images, 16, 8, 8)
    cotangent = draw.numbers(images, classes, spread=1)
    ones = draw.exact(np.ones((images, 32, 8, 8)))  # the second output is summed
    by_weight, by_bias, by_maps = map_reference.regressed_gradients(maps, weight, ones)
    pairs = cnn.backward(done, weights, cotangent, by_maps.reshape(images, -1))
    of_map = {
        "value:regressor_output": map_reference.regressed(maps, weight, bias),
    } if whole_map else {
        "shape:regressor_output": np.array([images, 32, 8, 8], dtype=np.float64),
        "form:regressor_output": np.zeros(()),
    }
    layers = student_layers(classes)
    shapes = [shape for pair in (*layers.values(), _REGRESSOR) for shape in pair]
    gradients = [*(g for name in layers for g in pairs[name]), by_weight, by_bias]
    products = gradient_products(gradients, seed) if tag == "usual" else {}
    expected = {
        "layers": shapes_of_parameters(shapes),
        "value:logits": done.logits,
        **of_map,
        **products,
    }
    case = Case(
        "module", dict(arguments), cotangent=cotangent, returns=("logits", "regressor_output"),
        options={"inputs": inputs, "weights": seed},
    )
    return KnownCase(tag, case, expected)


def regressor_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 4-2; the map's 2048 numbers an image are written out for one image only."""
    return [
        _regressor_case("usual", draw, 1, True),
        _regressor_case("size", draw, 2, False, num_classes=3),
    ]


# --- 4-3 regressor_step


def _step_case(
    tag: str,
    draw: Draw,
    feature: float,
    ce: float,
    *,
    rows: int = 4,
    smoothing: float = 0.0,
    reduction: str = "mean",
    dtype: str = "float32",
) -> KnownCase:
    """A step with maps (N, 2, 1, 2)."""
    factor = feature * (rows * 4 if reduction == "sum" else 1)

    def term(seen: Values, wanted: Values) -> tuple[Values, Values]:
        by_map = map_reference.mse_gradient(seen, wanted)
        return map_reference.mse(seen, wanted) * factor, by_map * factor

    arguments = {
        "feature_map_weight": feature,
        "ce_loss_weight": ce,
        "ce_loss": {"loss": "CrossEntropyLoss", "label_smoothing": smoothing},
        "mse_loss": {"loss": "MSELoss", "reduction": reduction},
    }
    special: dict[str, Any] = {"told": tag == "usual", "dtype": dtype}
    return step_case(tag, draw, term, arguments, sizes=(rows, 2, 3), shape=(2, 1, 2), **special)


def step_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 4-3."""
    return [
        _step_case("usual", draw, 0.25, 0.75),
        _step_case("usual", draw, 0.6, 1.5, rows=3, dtype="float64"),
        _step_case("one term", draw, 1.0, 0.0),
        _step_case("one term", draw, 0.0, 1.0),
        _step_case("arguments", draw, 0.5, 0.25, smoothing=0.3),
        _step_case("arguments", draw, 0.5, 0.25, smoothing=0.2, reduction="sum", rows=1),
    ]
