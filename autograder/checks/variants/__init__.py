"""Honest variants by exercise; the first of each is the lecture's own form."""

from autograder.checks.exercise import Variant
from autograder.checks.variants import lab1, lab2, lab3, lab4

VARIANTS: dict[str, tuple[Variant, ...]] = {
    **lab1.VARIANTS,
    **lab2.VARIANTS,
    **lab3.VARIANTS,
    **lab4.VARIANTS,
}
