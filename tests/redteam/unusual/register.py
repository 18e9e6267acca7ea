"""Honest submissions that are not what a grader expects; each must get full marks, unless it says.

They are of the small lab (`small_lab`), as the hostile ones are: what they need is torch, or a
kernel. What can be shown without is in ``broken``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode
from small_lab import EVERYTHING, MSE, RIGHT, Submission, apart

UNUSUAL: list[Submission] = []


def honest(
    group: str,
    name: str,
    where: str,
    first: str = "",
    *,
    softmax: str = RIGHT,
    mse: str = MSE,
    last: str = "",
    points: Mapping[str, float] | None = EVERYTHING,
    change: Callable[[NotebookNode], object] | None = None,
    files: Callable[[Path], object] | None = None,
) -> None:
    """Register an honest submission; `where` is ``"kind @ place"``."""
    kind, place = apart(where)
    cells = {"first": first, "2-1": softmax, "4-1": mse, "last": last}
    UNUSUAL.append(Submission(name, group, kind, place, cells, points, change, files))
