"""Hostile submissions, and the points that each must get: those that its honest code earns.

Each replaces or adds cells of one small lab: ``2-1`` (a softmax, 3 points) and ``4-1`` (a mean
squared error, 5 points). Unless it says otherwise, an attack writes a wrong ``2-1``, tries to get
its points all the same, and writes an honest ``4-1``, whose points it must keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

WRONG = """\
def softmax_with_temperature(logits, T):
    return logits * T
"""
RIGHT = """\
def softmax_with_temperature(logits, T):
    return F.softmax(logits / T, dim=1)
"""
MSE = """\
def mse(x, y):
    return ((x - y) ** 2).mean()
"""
KEEPS_THE_OTHER: Mapping[str, float] = {"2-1": 0.0, "4-1": 5.0}
NOTHING: Mapping[str, float] = {"2-1": 0.0, "4-1": 0.0}
EVERYTHING: Mapping[str, float] = {"2-1": 3.0, "4-1": 5.0}


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes
    ----------
    name, group : str
        What it is, and what it attacks.
    cells : dict of str to str
        Sources by place: ``first``, ``2-1``, ``4-1`` and ``last``.
    points : dict
        What it must get.
    change : callable, optional
        Changes the notebook further.
    files : callable, optional
        Puts files beside the notebook.
    dangerous : bool
        Whether it would harm a machine on which it runs without a sandbox.
    """

    name: str
    group: str
    cells: Mapping[str, str]
    points: Mapping[str, float] = field(default_factory=lambda: KEEPS_THE_OTHER)
    change: Callable[[NotebookNode], None] | None = None
    files: Callable[[Path], None] | None = None
    dangerous: bool = False


ATTACKS: list[Attack] = []


def attack(
    group: str,
    name: str,
    first: str = "",
    points: Mapping[str, float] = KEEPS_THE_OTHER,
    *,
    softmax: str = WRONG,
    mse: str = MSE,
    last: str = "",
    change: Callable[[NotebookNode], None] | None = None,
    files: Callable[[Path], None] | None = None,
    dangerous: bool = False,
) -> None:
    """Register a hostile submission."""
    cells = {"first": first, "2-1": softmax, "4-1": mse, "last": last}
    ATTACKS.append(Attack(name, group, cells, points, change, files, dangerous))
