"""The exercises of lab 3: their cases, expectations and checks."""

from __future__ import annotations

from autograder.checks.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
