"""Two mistakes in one answer: the likeliest first answers to the exercises of lab 1."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.checks.pairs import pair, pairs
from kdcourse.lab1.wrong_accuracy import ACCURACY
from kdcourse.lab1.wrong_cross_entropy import CROSS_ENTROPY
from kdcourse.lab1.wrong_step import STEP
from kdcourse.lab1.wrong_student import STUDENT


def _bare(
    logits: Tensor, labels: Tensor, weight: Any = None, ignore_index: int = -100
) -> Tensor:
    """The definition for class indices, as it is written down first."""
    log_p = torch.log_softmax(logits, dim=1)
    if labels.is_floating_point():
        return -(labels * log_p).sum(1).mean()
    return -log_p[torch.arange(len(labels)), labels].mean()


CROSS_ENTROPY_PAIRS = (
    pair(CROSS_ENTROPY, "weights-unused", "ignore-index-unused", _bare),
    *pairs(
        CROSS_ENTROPY,
        ("log-missing", "sum-over-batch"),
        ("log-missing", "sign"),
        ("softmax-missing", "sum-over-batch"),
        ("softmax-twice", "sum-over-batch"),
        ("over-batch", "sum-over-batch"),
        ("sign", "sum-over-batch"),
        ("over-batch", "weights-unused"),
        ("weights-unused", "ignored-in-mean"),
        ("weights-unused", "ignore-index-fixed"),
        ("weights-unused", "probabilities-as-argmax"),
        ("ignored-in-mean", "weights-unused-for-probabilities"),
    ),
)
STUDENT_PAIRS = pairs(
    STUDENT,
    ("dropout-missing", "softmax-at-the-end"),
    ("hidden-relu-missing", "dropout-0.5"),
    ("hidden-relu-missing", "dropout-missing"),
)
STEP_PAIRS = pairs(
    STEP,
    ("own-cross-entropy", "item"),
    ("own-cross-entropy", "eval-mode"),
    ("own-cross-entropy", "backward-inside"),
    ("softmax-first", "eval-mode"),
)
ACCURACY_PAIRS = pairs(
    ACCURACY,
    ("gradients-recorded", "left-in-eval-mode"),
    ("left-in-eval-mode", "mean-of-batches"),
    ("left-in-eval-mode", "percent"),
    ("left-in-eval-mode", "tensor"),
    ("train-mode", "mean-of-batches"),
    ("gradients-recorded", "mean-of-batches"),
    ("neither-eval-nor-no-grad", "mean-of-batches"),
    ("left-in-train-mode", "mean-of-batches"),
)
#: Mistakes beside which others change nothing.
ACCURACY_HIDES = {
    "train-mode": ("left-in-eval-mode",),
    "neither-eval-nor-no-grad": ("left-in-eval-mode",),
}
