"""The cases of lab 1 for functions: the cross-entropy, the training step, the accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array, Rounded
from kdcourse.common import flat, network
from kdcourse.references import losses
from kdcourse.references.labels import targets_gradient, targets_loss, targets_of
from labkit.judge.case import Case

_EXTREME = np.array([[200.0, 0.0, 0.0], [0.0, 0.0, 200.0]])


# --- 1-1 cross_entropy


def _loss_case(
    tag: str, draw: Draw, logits: Array, labels: Array, more: Any = None, **special: Any
) -> KnownCase:
    """A call with ``more`` arguments passed by name."""
    more = more or {}
    case = Case(
        "call",
        {"logits": logits, "labels": labels, **more},
        keywords=tuple(more),
        gradients=("logits",),
        **special,
    )
    options: dict[str, Any] = {
        name: draw.exact(v) if name == "weight" else v for name, v in more.items()
    }
    targets, divisor = targets_of(labels, logits.shape[1], **options)
    exact = draw.exact(logits)
    expected = {
        "value": targets_loss(exact, targets, divisor),
        "gradient:logits": targets_gradient(exact, targets, divisor),
    }
    return KnownCase(tag, case, expected)


def _probabilities(draw: Draw, rows: int, classes: int) -> Array:
    """Rows that sum to 1, in sixteenths."""
    counts = [np.bincount(draw.labels(16, classes), minlength=classes) for _ in range(rows)]
    return np.stack(counts) / 16


def _weight(draw: Draw, classes: int) -> Array:
    return np.abs(draw.numbers(classes, spread=1)) + 0.25


def loss_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 1-1."""
    def plan(
        tag: str, rows: int, labels: Any, classes: int, more: Any = None, **special: Any
    ) -> KnownCase:
        return _loss_case(tag, draw, draw.numbers(rows, classes), labels, more, **special)

    def some(rows: int, classes: int, *ignored: int, index: int = -100) -> Array:
        """Labels of which those in some places are ignored and the others are not."""
        labels = draw.labels(rows, classes)
        labels[labels == index] = (index + 1) % classes
        labels[list(ignored)] = index
        return labels

    z, y = draw.numbers(3, 4), draw.labels(3, 4)
    twice = np.concatenate([z + 3.0, z - 5.0])
    return [
        plan("usual", 4, draw.labels(4, 5), 5),
        plan("probabilities", 4, _probabilities(draw, 4, 5), 5),
        plan("weight", 5, np.array([0, 2, 1, 2, 3]), 4, {"weight": _weight(draw, 4)}),
        plan("ignored", 5, some(5, 4, 1, 3), 4),
        plan("ignored", 4, some(4, 3, 0, index=2), 3, {"ignore_index": 2}),
        plan("both", 4, _probabilities(draw, 4, 3), 3, {"weight": _weight(draw, 3)}),
        plan(
            "both", 5, some(5, 4, 2, index=1), 4, {"weight": _weight(draw, 4), "ignore_index": 1}
        ),
        plan("size", 1, draw.labels(1, 3), 3),
        plan("size", 5, draw.labels(5, 2), 2, layout="strided"),
        plan("size", 2, draw.labels(2, 100), 100, dtype="float64"),
        _loss_case("law", draw, twice, np.concatenate([y, y])),
        _loss_case("extreme", draw, draw.numbers(2, 3) + _EXTREME, np.array([1, 0])),
    ]


# --- 1-3 baseline_step


def _step_case(
    tag: str, draw: Draw, rows: int, smoothing: float = 0.0, total: bool = False
) -> KnownCase:
    """A step of a network whose outputs are other ones in eval mode and under ``no_grad``."""
    features, classes, recorded = 6, 5, 0.75
    inputs, labels = draw.numbers(rows, 3, 1, 2, spread=1), draw.labels(rows, classes)
    weight, bias = draw.numbers(features, classes, spread=1), draw.numbers(classes)
    model = network({"weight": weight, "bias": bias}, training=True, wrong_mode="eval")
    model["network"]["factors"]["grad"] = recorded
    loss: dict[str, Any] = {"loss": "CrossEntropyLoss", "label_smoothing": smoothing}
    if total:
        loss["reduction"] = "sum"
    case = Case("call", {"model": model, "inputs": inputs, "labels": labels, "ce_loss": loss})
    x = draw.exact(inputs.reshape(rows, features))
    z = (x @ draw.exact(weight) + bias) * recorded
    y = losses.smoothed(labels, classes, smoothing)
    divisor = 1.0 if total else float(rows)
    by_logits = targets_gradient(z, y, divisor) * recorded
    return KnownCase(
        tag,
        case,
        {
            "value": targets_loss(z, y, divisor),
            "gradient:model": flat(x.T @ by_logits, np.sum(by_logits, axis=0)),
            "mode:model": np.ones(1),
        },
    )


def step_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 1-3."""
    return [
        _step_case("usual", draw, 4),
        _step_case("arguments", draw, 3, smoothing=0.3),
        _step_case("arguments", draw, 4, total=True),
        _step_case("arguments", draw, 1, smoothing=0.2),
    ]


# --- 1-4 accuracy


def _accuracy_case(
    tag: str, draw: Draw, sizes: tuple[int, ...], training: bool, **odd: float
) -> KnownCase:
    """A network that predicts the least likely class in the modes named in ``odd``."""
    features, classes = 3, 3
    while True:
        weight, bias = draw.numbers(features, classes, spread=1), draw.numbers(classes, spread=0.5)
        inputs = [draw.numbers(size, 3, 1, 1, spread=1) for size in sizes]
        logits = [x.reshape(len(x), features) @ weight + bias for x in inputs]
        labels = [
            np.where(draw.labels(len(z), 3) > 0, z.argmax(axis=1), draw.labels(len(z), classes))
            for z in logits
        ]
        if _is_telling(logits, labels):
            break
    hits = sum(np.sum(z.argmax(1) == y) for z, y in zip(logits, labels, strict=True))
    spec = {"parameters": {"weight": weight, "bias": bias}, "training": training, "factors": odd}
    batches = [[x, y] for x, y in zip(inputs, labels, strict=True)]
    case = Case(
        "call",
        {"model": {"network": spec}, "batches": {"batches": batches}},
        returns="number",
    )
    expected = {
        "value": Rounded(float(hits)) / float(sum(sizes)),  # rounded, if divided in float32
        "mode:model": np.full(1, float(training)),
        "passes:model": np.zeros(1),
    }
    return KnownCase(tag, case, expected)


def _is_telling(logits: list[Array], labels: list[Array]) -> bool:
    """Whether the usual mistakes give different numbers here, and no two logits are near a tie."""
    def share(extreme: str, part: slice) -> float:
        chosen = [getattr(z, extreme)(axis=1) == y for z, y in zip(logits, labels, strict=True)]
        return float(np.mean(np.concatenate(chosen[part])))

    ordered = np.sort(np.concatenate(logits), axis=1)
    if np.min(np.diff(ordered, axis=1)) < 0.1:
        return False
    right = share("argmax", slice(None))
    others = [share("argmin", slice(None)), 1 - right, 0.0, 1.0]
    if len(logits) > 1:
        others += [share("argmax", slice(1)), share("argmax", slice(-1, None))]
    means = [share("argmax", slice(n, n + 1)) for n in range(len(logits))]
    if len({len(z) for z in logits}) > 1:
        others.append(float(np.mean(means)))
    return min(abs(right - other) for other in others) > 0.05


def accuracy_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 1-4."""
    return [
        _accuracy_case("usual", draw, (4, 4), False),
        _accuracy_case("usual", draw, (7,), False),
        _accuracy_case("unequal", draw, (5, 4, 1), False),
        _accuracy_case("eval", draw, (4, 4, 4), True, train=-1.0),
        _accuracy_case("gradients", draw, (4, 4), False, grad=-1.0),
    ]
