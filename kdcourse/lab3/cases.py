"""Cases of lab 3's exercises, and what is expected there."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array
from kdcourse.common import step_case
from kdcourse.modules import gradient_products, shapes_of_parameters
from kdcourse.references import hidden as hidden_reference
from kdcourse.references.losses import Values
from labkit.judge.case import Case
from labkit.probe.weights import images_of, weight_of

# About which cosine each pair of rows has, and its target. The second is between 0 and the margin.
_MIXED = ((0.65, -1), (0.15, -1), (-0.5, -1), (0.7, 1), (-0.4, 1))
# Tag, pairs, width, margin and what is special about the case. The first is square, so that a
# cosine along the batch gives a number to recognise it by.
_PAIRS: tuple[tuple[str, tuple[tuple[float, int], ...], int, float, dict[str, Any]], ...] = (
    ("usual", _MIXED, 5, 0.0, {"gradients": ("x1", "x2")}),
    ("usual", _MIXED[2:4], 6, 0.0, {}),
    ("margin", _MIXED, 4, 0.3, {"gradients": ("x1", "x2")}),
    ("margin", _MIXED[:3], 3, -0.25, {}),
    ("size", _MIXED[:1], 12, 0.3, {}),
    ("size", _MIXED[4:], 2, 0.0, {"layout": "strided"}),
    ("size", _MIXED[:4], 3, 0.3, {"dtype": "float64", "layout": "strided"}),
)


def _pairs(draw: Draw, cosines: Any, width: int) -> tuple[Array, Array]:
    """Rows ``x1`` and ``x2`` whose cosines are near the given ones: (N, width) each."""
    near = np.asarray(cosines)[:, None] + 0.5 * draw.numbers(len(cosines), 1, spread=0.06)
    x1, other = draw.numbers(len(cosines), width), draw.numbers(len(cosines), width)
    along = x1 / np.linalg.norm(x1, axis=1, keepdims=True)
    across = other - np.sum(other * along, axis=1, keepdims=True) * along
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    lengths = 3 + np.abs(draw.numbers(len(cosines), 1))
    x2 = (near * along + np.sqrt(1 - near**2) * across) * lengths
    return x1, np.round(x2 * 64) / 64


def _loss_case(
    tag: str, draw: Draw, x1: Array, x2: Array, target: Array, margin: float, **special: Any
) -> KnownCase:
    # A margin of 0 is not passed: it is the function's default.
    by_name = {"margin": margin} if margin else {}
    case = Case(
        "call",
        {"x1": x1, "x2": x2, "target": target, **by_name},
        keywords=tuple(by_name),
        **special,
    )
    exact = draw.exact(x1), draw.exact(x2), target, margin
    expected = {"value": hidden_reference.cosine_embedding_loss(*exact)}
    by_x1, by_x2 = hidden_reference.cosine_embedding_gradient(*exact)
    if case.gradients:
        expected |= {"gradient:x1": by_x1, "gradient:x2": by_x2}
    return KnownCase(tag, case, expected)


def loss_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 3-1."""
    cases = []
    for tag, pairs, width, margin, special in _PAIRS:
        cosines, target = np.array(pairs).T
        cases.append(
            _loss_case(tag, draw, *_pairs(draw, cosines, width), target, margin, **special)
        )
    cosines, target = np.array(_MIXED[1:4]).T
    x1, x2 = _pairs(draw, cosines, 4)
    twice = np.concatenate([x1, 8 * x1]), np.concatenate([x2, x2 / 4]), np.tile(target, 2)
    cases.append(_loss_case("law", draw, *twice, 0.0))
    cases.append(_loss_case("law", draw, x1, x1 / 2, np.ones(3), 0.0))
    return [*cases, _zero_case(draw)]


def _zero_case(draw: Draw) -> KnownCase:
    """Two pairs, one of them with a vector of zeros, whose cosine then counts 0."""
    x1, x2 = _pairs(draw, (0.5, 0.5), 3)
    both = draw.exact(x1[1:]), draw.exact(x2[1:])
    value = (hidden_reference.cosine_embedding_loss(*both, np.ones(1), 0.0) + 1) / 2
    x1[0] = 0
    case = Case("call", {"x1": x1, "x2": x2, "target": np.ones(2)})
    return KnownCase("zeros", case, {"value": value})


def _teacher_shapes(classes: int) -> list[tuple[int, ...]]:
    """Shapes of the teacher's weights, layer by layer."""
    maps = [(128, 3), (64, 128), (64, 64), (32, 64)]
    return [*((*shape, 3, 3) for shape in maps), (512, 2048), (classes, 512)]


def _teacher_case(tag: str, draw: Draw, rows: int, classes: int) -> KnownCase:
    images_seed, weights_seed = (int(seed) for seed in draw.labels(2, 100_000))
    inputs: dict[str, Any] = {"shape": (rows, 3, 32, 32), "seed": images_seed}
    cotangent = draw.numbers(rows, classes, spread=1)
    case = Case(
        "module",
        {"num_classes": classes},
        cotangent=cotangent,
        returns=("logits", "hidden"),
        options={"inputs": inputs, "weights": weights_seed},
    )
    shapes = _teacher_shapes(classes)
    layers = [
        (draw.exact(weight_of(shape, weights_seed)), draw.exact(weight_of(shape[:1], weights_seed)))
        for shape in shapes
    ]
    seen = hidden_reference.teacher_pass(draw.exact(images_of(**inputs)), layers)
    expected: dict[str, Any] = {
        "layers": shapes_of_parameters([*shapes, *(shape[:1] for shape in shapes)]),
        "value:logits": seen.logits,
    }
    if rows == 1:  # thousands of numbers, of which one case is enough
        return KnownCase(tag, case, expected | {"shape:hidden": np.array([1.0, 1024.0])})
    expected["value:hidden"] = seen.hidden
    # The layers before have parameters of equal shapes, and nothing that these do not tell.
    gradients = hidden_reference.teacher_gradients(seen, layers, draw.exact(cotangent))
    expected |= gradient_products((part for layer in gradients for part in layer), weights_seed)
    return KnownCase(tag, case, expected)


def teacher_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 3-2."""
    return [_teacher_case("usual", draw, 2, 10), _teacher_case("size", draw, 1, 3)]


def _step_case(
    tag: str,
    draw: Draw,
    hidden_weight: float,
    ce_weight: float,
    *,
    rows: int = 3,
    smoothing: float = 0.0,
    reduction: str = "mean",
    dtype: str = "float32",
) -> KnownCase:
    """A step; all targets are 1, so the loss that is passed shows only in its reduction."""
    factor = hidden_weight * (rows if reduction == "sum" else 1)

    def term(hidden: Values, wanted: Values) -> tuple[Values, Values]:
        pairs = hidden, wanted, np.ones(rows), 0.0
        by_hidden, _ = hidden_reference.cosine_embedding_gradient(*pairs)
        return hidden_reference.cosine_embedding_loss(*pairs) * factor, by_hidden * factor

    arguments = {
        "hidden_rep_loss_weight": hidden_weight,
        "ce_loss_weight": ce_weight,
        "ce_loss": {"loss": "CrossEntropyLoss", "label_smoothing": smoothing},
        "cosine_loss": {"loss": "CosineEmbeddingLoss", "reduction": reduction},
    }
    special: dict[str, Any] = {"told": tag != "one term", "dtype": dtype}
    return step_case(tag, draw, term, arguments, sizes=(rows, 3, 3), shape=(4,), **special)


def step_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 3-3."""
    return [
        _step_case("usual", draw, 0.25, 0.75),
        _step_case("usual", draw, 0.6, 1.5, rows=1, dtype="float64"),
        _step_case("one term", draw, 1.0, 0.0),
        _step_case("one term", draw, 0.0, 1.0),
        _step_case("arguments", draw, 0.5, 0.3, smoothing=0.3, reduction="sum"),
    ]
