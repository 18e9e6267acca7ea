"""Wrong ways to write the exercises of lab 1, each with what to tell whoever writes it so."""

from __future__ import annotations

from autograder.checks.exercise import Wrong
from autograder.checks.mistakes.lab1_accuracy import ACCURACY
from autograder.checks.mistakes.lab1_cross_entropy import CROSS_ENTROPY
from autograder.checks.mistakes.lab1_step import STEP
from autograder.checks.mistakes.lab1_student import STUDENT

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "1-1": CROSS_ENTROPY,
    "1-2": STUDENT,
    "1-3": STEP,
    "1-4": ACCURACY,
}
