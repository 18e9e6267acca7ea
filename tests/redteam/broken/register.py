"""Submissions that something went wrong with, and the points that each must get all the same.

Each is a function that writes a student's files into a folder. Nothing here is hostile: this is
what editors, browsers, learning platforms and people in a hurry do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from small_lab import apart

from broken.lab import Lab

#: Everything is there: the same points as the intact submission.
SAME: dict[str, float] = {}


@dataclass(frozen=True)
class Broken:
    """A broken submission.

    Attributes
    ----------
    name : str
        Also the student's.
    kind, place : str
        What happened, and to which part of a submission. No two have both in common.
    write : callable
        Writes the student's files: ``write(lab, folder)``.
    points : dict or None
        The graded cells that get other points than in the intact submission; None: ungraded.
    kernel : bool
        Whether only a kernel can execute it: it has magics.
    """

    name: str
    kind: str
    place: str
    write: Callable[[Lab, Path], object] = field(repr=False)
    points: dict[str, float] | None
    kernel: bool = False


BROKEN: list[Broken] = []


def register(name, where, write, points, kernel=False):
    """Add a submission; `where` is ``"kind @ place"``."""
    BROKEN.append(Broken(name, *apart(where), write, points, kernel))


def broken(where, points=SAME):
    """Register a function that writes files, or one that takes and returns a notebook."""

    def decorate(function):
        register(function.__name__.replace("_", "-"), where, function, points)
        return function

    return decorate


def cells_of(where, points=SAME, kernel=False):
    """Register a function that changes the solved notebook, or gives what to write instead."""

    def decorate(function):
        def write(lab, folder):
            notebook = lab.solved()
            changed = function(lab, notebook)
            lab.write(folder, notebook if changed is None else changed)

        register(function.__name__.replace("_", "-"), where, write, points, kernel)
        return function

    return decorate
