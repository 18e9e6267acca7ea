"""Submissions that something went wrong with, and the points that each must get all the same.

Each is a function that writes a student's files into a folder. Nothing here is hostile: this is
what editors, browsers, learning platforms and people in a hurry do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

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
    write : callable
        Writes the student's files: ``write(lab, folder)``.
    points : dict or None
        The graded cells that get other points than in the intact submission; None: ungraded.
    """

    name: str
    write: Callable[[Lab, Path], None] = field(repr=False)
    points: dict[str, float] | None


BROKEN: list[Broken] = []


def broken(points=SAME):
    """Register a function that writes files, or one that takes and returns a notebook."""

    def register(function):
        name = function.__name__.replace("_", "-")
        BROKEN.append(Broken(name, function, points))
        return function

    return register


def cells_of(points=SAME):
    """Register a function that changes the solved notebook."""

    def register(function):
        def write(lab, folder):
            notebook = lab.solved()
            changed = function(lab, notebook)
            lab.write(folder, notebook if changed is None else changed)

        write.__name__ = function.__name__
        return broken(points)(write)

    return register
