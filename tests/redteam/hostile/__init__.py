"""Hostile submissions, grouped by what they attack, and the points that each must get."""

from hostile import (  # noqa: F401 - they register
    answers,
    bridge,
    endings,
    interpreter,
    kernel,
    later,
    limits,
    messages,
    metadata,
    pages,
    paper,
    recognition,
    rooms,
    rules,
    world,
)
from hostile.register import ATTACKS

__all__ = ["ATTACKS"]
