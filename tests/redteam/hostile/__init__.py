"""Hostile submissions, grouped by what they attack, and the points that each must get."""

from hostile import (  # noqa: F401 - they register
    bridge,
    interpreter,
    kernel,
    messages,
    metadata,
    rules,
    world,
)
from hostile.register import ATTACKS, Attack

__all__ = ["ATTACKS", "Attack"]
