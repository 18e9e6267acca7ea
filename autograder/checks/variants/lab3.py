"""Honest ways to write the exercises of lab 3: all of them earn full marks."""

from __future__ import annotations

from autograder.checks.exercise import Variant
from autograder.checks.variants.lab3_loss import LOSS
from autograder.checks.variants.lab3_step import STEP
from autograder.checks.variants.lab3_teacher import TEACHER

VARIANTS: dict[str, tuple[Variant, ...]] = {
    "3-1": LOSS,
    "3-2": TEACHER,
    "3-3": STEP,
}
