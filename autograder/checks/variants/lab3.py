# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write the exercises of lab 3: all of them earn full marks."""

from __future__ import annotations

from autograder.checks.exercise import Variant

VARIANTS: dict[str, tuple[Variant, ...]] = {}
