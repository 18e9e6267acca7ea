"""What correct solutions reach, how far they scatter, and where the bars stand.

``bars.json`` is written by ``autograder calibrate``; no bar is written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("bars.json")
#: Of correct solutions that miss the bar, at most, by Student's prediction interval.
FAILURES = 1e-3


@dataclass(frozen=True)
class Bar:
    """Where a bar stands, and why.

    Attributes
    ----------
    n : int
        Correct solutions that were measured.
    mean, spread : float
        Their mean and standard deviation.
    threshold : float
        The bar: at least so much is needed.
    """

    n: int
    mean: float
    spread: float
    threshold: float


def set_bar(values: Sequence[float]) -> Bar:
    """The bar that one more correct solution misses with probability `FAILURES`.

    Raises
    ------
    ValueError
        With fewer than 3 values: they have no spread to speak of.
    """
    if len(values) < 3:
        raise ValueError(f"{len(values)} values: a bar needs at least 3 measured ones.")
    from scipy import stats  # takes a second to import; grading only reads the bars

    n, mean, spread = len(values), float(np.mean(values)), float(np.std(values, ddof=1))
    distance = float(stats.t.isf(FAILURES, n - 1)) * float(np.sqrt(1 + 1 / n))
    return Bar(n, mean, spread, mean - distance * spread)


def load_bars(file: Path = FILE) -> dict[str, Bar]:
    """The bars by measure: ``accuracy`` and ``likeness``.

    Raises
    ------
    FileNotFoundError
        If nothing was measured yet: run ``autograder calibrate``.
    """
    plain: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {name: Bar(**fields) for name, fields in plain["bars"].items()}
