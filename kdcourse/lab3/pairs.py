"""Two mistakes in one answer: the likeliest first answers to the exercises of lab 3."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

from autograder.checks.pairs import pair, pairs
from kdcourse.lab3.right_step import METHOD
from kdcourse.lab3.wrong_loss import LOSS, _loss
from kdcourse.lab3.wrong_step import STEP
from kdcourse.lab3.wrong_teacher import TEACHER
from kdcourse.step import Given


def _along_batch(given: Given) -> Any:
    return (1 - F.cosine_similarity(given.compared, given.wanted, dim=0)).mean()


LOSS_PAIRS = (
    # torch.where(target == 1, 1 - cos, cos).mean()
    pair(LOSS, "margin-ignored", "no-clamp", _loss(apart=lambda cos, margin: cos)),
    *pairs(
        LOSS,
        ("target-ignored", "along-batch"),
        ("target-ignored", "per-sample"),
        ("target-ignored", "sum-over-batch"),
        ("target-ignored", "dot-product"),
        ("dot-product", "sum-over-batch"),
        ("margin-ignored", "sum-over-batch"),
        ("no-clamp", "sum-over-batch"),
    ),
)
TEACHER_PAIRS = pairs(TEACHER, ("max-pooling", "order"), ("not-pooled", "order"))
STEP_PAIRS = (
    pair(STEP, "own-cosine-loss", "along-batch", METHOD.step(term=_along_batch)),
    *pairs(
        STEP,
        ("own-cosine-loss", "teacher-not-detached"),
        ("own-cosine-loss", "own-cross-entropy"),
        ("teacher-not-detached", "no-weights"),
        ("teacher-not-detached", "own-cross-entropy"),
        ("target-minus-one", "teacher-not-detached"),
        ("similarity", "teacher-not-detached"),
    ),
)
#: Mistakes beside which others change nothing.
LOSS_HIDES = {"target-ignored": ("apart-is-zero", "margin-ignored", "no-clamp", "absolute")}
