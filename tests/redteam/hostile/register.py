"""Hostile submissions, and the points that each must get: those that its honest code earns.

Each replaces or adds cells of one small lab (`small_lab`): ``2-1`` (a softmax, 3 points) and
``4-1`` (a mean squared error, 5 points). Unless it says otherwise, an attack writes a wrong
``2-1``, tries to get its points all the same, and writes an honest ``4-1``, whose points it must
keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode
from small_lab import EVERYTHING, MSE, RIGHT, WRONG, Submission, apart

__all__ = ["ATTACKS", "EVERYTHING", "MSE", "RIGHT", "WRONG", "attack"]

KEEPS_THE_OTHER: Mapping[str, float] = {"2-1": 0.0, "4-1": 5.0}
NOTHING: Mapping[str, float] = {"2-1": 0.0, "4-1": 0.0}

ATTACKS: list[Submission] = []


def attack(
    group: str,
    name: str,
    where: str,
    first: str = "",
    points: Mapping[str, float] | None = KEEPS_THE_OTHER,
    *,
    softmax: str = WRONG,
    mse: str = MSE,
    last: str = "",
    change: Callable[[NotebookNode], object] | None = None,
    files: Callable[[Path], object] | None = None,
    dangerous: bool = False,
    flagged: bool = False,
) -> None:
    """Register a hostile submission.

    Parameters
    ----------
    group, name : str
        What it attacks, and what it is called.
    where : str
        ``"kind @ place"``: what it does, and with which part of a submission. No two attacks have
        both in common.
    first, softmax, mse, last : str
        Sources of cells: before the exercises, the two answers, after them.
    points : mapping, optional
        What it must get; None: it cannot be graded, and is named.
    change, files, dangerous, flagged
        See `small_lab.Submission`.
    """
    kind, place = apart(where)
    cells = {"first": first, "2-1": softmax, "4-1": mse, "last": last}
    ATTACKS.append(
        Submission(name, group, kind, place, cells, points, change, files, dangerous, flagged)
    )
