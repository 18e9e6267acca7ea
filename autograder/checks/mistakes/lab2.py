"""Wrong ways to write the exercises of lab 2, each with what to tell whoever writes it so."""

from __future__ import annotations

from autograder.checks.exercise import Wrong
from autograder.checks.mistakes.lab2_gradient import GRADIENT
from autograder.checks.mistakes.lab2_loss import LOSS
from autograder.checks.mistakes.lab2_softmax import SOFTMAX
from autograder.checks.mistakes.lab2_step import STEP

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "2-1": SOFTMAX,
    "2-2": LOSS,
    "2-3": STEP,
    "2-4": GRADIENT,
}
