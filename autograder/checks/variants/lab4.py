"""Honest ways to write the exercises of lab 4: all of them earn full marks."""

from __future__ import annotations

from autograder.checks.exercise import Variant
from autograder.checks.variants.lab4_mse import MSE
from autograder.checks.variants.lab4_regressor import REGRESSOR
from autograder.checks.variants.lab4_step import STEP

VARIANTS: dict[str, tuple[Variant, ...]] = {
    "4-1": MSE,
    "4-2": REGRESSOR,
    "4-3": STEP,
}
