"""Wrong ways to write the exercises of lab 3, each with what to tell whoever writes it so."""

from __future__ import annotations

from autograder.checks.exercise import Wrong
from autograder.checks.mistakes.lab3_loss import LOSS
from autograder.checks.mistakes.lab3_step import STEP
from autograder.checks.mistakes.lab3_teacher import TEACHER

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "3-1": LOSS,
    "3-2": TEACHER,
    "3-3": STEP,
}
