"""Two mistakes in one answer: the likeliest first answers to the exercises of lab 4."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.pairs import pair, pairs
from kdcourse.lab4.wrong_mse import MSE
from kdcourse.lab4.wrong_regressor import REGRESSOR
from kdcourse.lab4.wrong_step import STEP


def _norm(x: Tensor, y: Tensor) -> Tensor:
    return ((x - y) ** 2).sum().sqrt()


MSE_PAIRS = (
    pair(MSE, "root", "summed", _norm),  # torch.norm(x - y)
    pair(MSE, "absolute", "summed", lambda x, y: (x - y).abs().sum()),
    pair(MSE, "half", "summed", lambda x, y: ((x - y) ** 2).sum() / 2),
    pair(MSE, "half", "over-batch-only", lambda x, y: ((x - y) ** 2).sum() / 2 / len(x)),
    pair(MSE, "no-square", "summed", lambda x, y: (x - y).sum()),
    pair(MSE, "absolute", "no-mean", lambda x, y: (x - y).abs()),
)
REGRESSOR_PAIRS = pairs(REGRESSOR, ("no-padding", "relu"), ("no-padding", "order"))
STEP_PAIRS = pairs(
    STEP,
    ("teacher-not-detached", "no-weights"),
    ("teacher-not-detached", "own-cross-entropy"),
    ("mse-loss-not-used", "own-cross-entropy"),
    ("mse-loss-not-used", "teacher-not-detached"),
    ("summed", "teacher-not-detached"),
    ("over-batch-only", "teacher-not-detached"),
)
#: Mistakes beside which others change nothing.
STEP_HIDES = {"no-cross-entropy": ("own-cross-entropy",), "item": ("teacher-not-detached",)}
