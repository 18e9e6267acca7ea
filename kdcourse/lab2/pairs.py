"""Two mistakes in one answer: the likeliest first answers to the exercises of lab 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.pairs import composed, of_parts, pair, pairs
from kdcourse.lab2.right_step import METHOD, of
from kdcourse.lab2.wrong_common import _log_p, _p
from kdcourse.lab2.wrong_gradient import GRADIENT, _gap
from kdcourse.lab2.wrong_loss import LOSS
from kdcourse.lab2.wrong_softmax import SOFTMAX
from kdcourse.lab2.wrong_step import STEP

Of = Callable[[Tensor, float], Tensor]


@of_parts
def _soft(
    student: Of = _log_p,
    teacher: Of = _p,
    terms: Callable[[Tensor, Tensor], Tensor] = lambda log_q, p: F.kl_div(
        log_q, p, reduction="none"
    ),
    reduce: Callable[[Tensor], Tensor] = lambda terms: terms.sum() / len(terms),
    scale: Callable[[float], float] = lambda T: T**2,
    see: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda z, v: (z, v),
) -> Callable[[Tensor, Tensor, float], Tensor]:
    """The loss with some of its parts replaced; what is not given is right."""

    def loss(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
        z, v = see(student_logits, teacher_logits)
        return reduce(terms(student(z, T), teacher(v, T))) * scale(T)

    return loss


_SINGLE: dict[str, dict[str, Any]] = {
    "mean-reduction": {"reduce": torch.mean},
    "sum-over-batch": {"reduce": torch.sum},
    "no-T-squared": {"scale": lambda T: 1.0},
    "times-T": {"scale": lambda T: T},
    "student-without-T": {"student": lambda z, T: _log_p(z, 1)},
    "teacher-without-T": {"teacher": lambda v, T: _p(v, 1)},
    "no-temperature": {
        "student": lambda z, T: _log_p(z, 1),
        "teacher": lambda v, T: _p(v, 1),
        "scale": lambda T: 1.0,
    },
    "log-missing": {"student": _p},
    "log-twice": {"teacher": _log_p},
    "swapped": {"see": lambda z, v: (v, z)},
    "over-batch": {
        "student": lambda z, T: torch.log_softmax(z / T, 0),
        "teacher": lambda v, T: torch.softmax(v / T, 0),
    },
    "cross-entropy": {"terms": lambda log_q, p: -p * log_q},
}
_MADE = {id: _soft(**parts) for id, parts in _SINGLE.items()}
_BOTH = (
    ("mean-reduction", "no-T-squared"),  # nn.KLDivLoss()(log_q, p)
    ("mean-reduction", "times-T"),
    ("mean-reduction", "log-missing"),
    ("mean-reduction", "log-twice"),
    ("mean-reduction", "swapped"),
    ("mean-reduction", "over-batch"),
    ("mean-reduction", "no-temperature"),
    ("mean-reduction", "teacher-without-T"),
    ("mean-reduction", "cross-entropy"),
    ("no-T-squared", "sum-over-batch"),
    ("no-T-squared", "teacher-without-T"),
    ("no-T-squared", "student-without-T"),
    ("no-T-squared", "log-missing"),
    ("no-T-squared", "log-twice"),
    ("no-T-squared", "swapped"),
    ("no-T-squared", "over-batch"),
    ("no-T-squared", "cross-entropy"),
    ("sum-over-batch", "swapped"),
    ("student-without-T", "teacher-without-T"),
)
LOSS_PAIRS = tuple(
    pair(LOSS, first, second, composed(_MADE[first], _MADE[second])) for first, second in _BOTH
)

#: Of the loss, those that are made in the step most of all.
_IN_THE_STEP = (
    ("mean-reduction", "no-T-squared"),
    ("no-T-squared", "sum-over-batch"),
    ("no-T-squared", "log-missing"),
    ("no-T-squared", "swapped"),
    ("no-T-squared", "over-batch"),
    ("no-T-squared", "cross-entropy"),
)
STEP_PAIRS = (
    *(
        pair(STEP, first, second, METHOD.step(term=of(composed(_MADE[first], _MADE[second]))))
        for first, second in _IN_THE_STEP
    ),
    *pairs(
        STEP,
        ("no-T-squared", "teacher-not-detached"),
        ("no-T-squared", "own-cross-entropy"),
        ("no-T-squared", "weights-exchanged"),
        ("no-T-squared", "no-weights"),
        ("mean-reduction", "teacher-not-detached"),
        ("mean-reduction", "own-cross-entropy"),
        ("teacher-not-detached", "own-cross-entropy"),
        ("teacher-not-detached", "no-weights"),
        ("T-fixed-2", "own-cross-entropy"),
        ("T-fixed-4", "teacher-not-detached"),
    ),
)

SOFTMAX_PAIRS = (
    pair(SOFTMAX, "over-batch", "no-temperature", lambda logits, T: torch.softmax(logits, 0)),
    pair(SOFTMAX, "over-batch", "log", lambda logits, T: torch.log_softmax(logits / T, 0)),
    pair(SOFTMAX, "log", "no-temperature", lambda logits, T: torch.log_softmax(logits, 1)),
    pair(SOFTMAX, "not-normalised", "no-temperature", lambda logits, T: torch.exp(logits)),
)

GRADIENT_PAIRS = (
    pair(
        GRADIENT, "no-T-squared", "not-averaged",  # equation (2) as it stands
        lambda z, v, T: _gap(z, v, T) / T,
    ),
    pair(GRADIENT, "no-T", "not-averaged", lambda z, v, T: _gap(z, v, T)),
    pair(GRADIENT, "no-T", "sign", lambda z, v, T: -_gap(z, v, T) / len(z)),
    pair(GRADIENT, "no-T-squared", "sign", lambda z, v, T: -_gap(z, v, T) / T / len(z)),
    pair(GRADIENT, "sign", "not-averaged", lambda z, v, T: -_gap(z, v, T) * T),
    pair(GRADIENT, "no-temperature", "not-averaged", lambda z, v, T: _gap(z, v, 1.0)),
    pair(
        GRADIENT, "times-T-squared", "not-averaged", lambda z, v, T: _gap(z, v, T) * T**2
    ),
    pair(
        GRADIENT, "no-T", "over-all-elements", lambda z, v, T: _gap(z, v, T) / z.numel(),
    ),
)  # fmt: skip
#: Mistakes beside which others change nothing.
STEP_HIDES = {"no-cross-entropy": ("own-cross-entropy",), "item": ("teacher-not-detached",)}
