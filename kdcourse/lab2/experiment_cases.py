"""Cases of 2-5, in the small lab of `kdlab.probe_lab`: what its student answers, worked out."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.exercise import Draw, KnownCase
from autograder.checks.rounding import Array, Rounded
from kdcourse.references import losses
from kdlab.evaluation import KL_TEMPERATURE
from kdlab.probe_experiment import SHOWN
from kdlab.probe_lab import CLASSES, MEAN, STD, images_and_labels, weights
from labkit.judge.case import Case

Arguments = tuple[float, float, float]  # T, soft_target_loss_weight, ce_loss_weight

CLEAR = 0.05  # between the largest and the next logit: nobody's rounding decides what is predicted
DEVIATION = 1e-6  # of what float32 gives, relative to the largest number
_NAMES = ("T", "soft_target_loss_weight", "ce_loss_weight")

# Tag, what it is called with before, the call, and which arguments go by name.
_CALLS: tuple[tuple[str, Arguments, Arguments, tuple[str, ...]], ...] = (
    ("usual", (2.0, 0.5, 0.5), (4.0, 0.75, 0.25), ()),
    ("usual", (4.0, 0.75, 0.25), (8.0, 0.25, 0.75), _NAMES),
    ("separate", (4.0, 0.5, 0.5), (2.0, 0.75, 1.0), ()),
    ("separate", (2.0, 1.0, 1.0), (1.0, 0.25, 0.5), ("ce_loss_weight", "soft_target_loss_weight")),
)


def experiment_cases(draw: Draw) -> list[KnownCase]:
    """Cases of 2-5."""
    return [_case(draw, *call) for call in _CALLS]


def _case(
    draw: Draw, tag: str, before: Arguments, called: Arguments, by_name: tuple[str, ...]
) -> KnownCase:
    while True:
        seed = int(draw.labels(1, 1_000_000)[0])
        z, v, labels = answers(seed, called)
        if _is_clear(z, v, labels):
            break
    case = Case(
        "kdlab.probe_experiment:observe_experiment",
        dict(zip(_NAMES, called, strict=True)),
        keywords=by_name,
        options={"seed": seed, "before": list(before)},
    )
    kl = losses.soft_targets_loss(z, v, KL_TEMPERATURE)
    return KnownCase(
        tag,
        case,
        {
            "network:student": _in_float32(z[:SHOWN]),
            "value:accuracy": _in_float32(np.mean(z.argmax(1) == labels)),
            "value:agreement": _in_float32(np.mean(z.argmax(1) == v.argmax(1))),
            "value:kl": _in_float32(kl),
        },
    )


def answers(seed: int, called: Arguments) -> tuple[Array, Array, Array]:
    """Logits of the trained student and of the teacher, ``(N, C)``, and the labels ``(N,)``."""
    images, labels = images_and_labels("validation", seed)
    x = ((images[:, :, ::8, ::8] / 255 - MEAN) / STD).reshape(len(images), -1)  # (N, FEATURES)
    v = x @ weights(seed, 0)
    T, soft, ce = called
    of_ce = float(losses.cross_entropy(2 * np.eye(CLASSES)[:2], np.eye(CLASSES)[:2]))
    marks = (T / 8, soft, ce, of_ce / 4, v[0, 0] / 8)
    trained = weights(seed, 1) + sum(
        part * weights(seed, number) for number, part in enumerate(marks, start=2)
    )
    return x @ trained, v, labels


def _is_clear(z: Array, v: Array, labels: Array) -> bool:
    """Whether rounding changes no prediction, and each measure is another number."""
    gaps = [np.diff(np.sort(logits, axis=1)[:, -2:], axis=1).min() for logits in (z, v)]
    hits, same = np.sum(z.argmax(1) == labels), np.sum(z.argmax(1) == v.argmax(1))
    return bool(min(gaps) > CLEAR and hits != same and hits > 0 and same > 0)


def _in_float32(value: Any) -> Rounded:
    """Numbers that are computed in float32, in whatever order."""
    return Rounded(value, (DEVIATION * float(np.max(np.abs(value)))) ** 2)
