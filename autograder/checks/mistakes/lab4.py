"""Wrong ways to write the exercises of lab 4, each with what to tell whoever writes it so."""

from __future__ import annotations

from autograder.checks.exercise import Wrong
from autograder.checks.mistakes.lab4_mse import MSE
from autograder.checks.mistakes.lab4_regressor import REGRESSOR
from autograder.checks.mistakes.lab4_step import STEP

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "4-1": MSE,
    "4-2": REGRESSOR,
    "4-3": STEP,
}
