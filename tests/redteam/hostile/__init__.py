"""Hostile submissions, grouped by what they attack, and the points that each must get."""

from hostile import bridge, interpreter, kernel, metadata, rules, world  # noqa: F401 - they register
from hostile.register import ATTACKS, Attack

__all__ = ["ATTACKS", "Attack"]
