# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write the exercises of lab 4, each with what to tell whoever writes it so."""

from __future__ import annotations

from autograder.checks.exercise import Wrong

MISTAKES: dict[str, tuple[Wrong, ...]] = {}
