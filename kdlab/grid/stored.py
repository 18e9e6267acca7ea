"""The file of a grid: what was measured, a line for each training."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kdlab.evaluation import MEASURES
from labkit.errors import ConfigurationError, LabError
from labkit.storage import atomic_write

SHIPPED = Path(__file__).with_name("digits-m.json")
#: What decides the numbers of a grid; rows of other settings cannot stand beside its own.
ABOUT = ("data", "digest", "teacher", "epochs")


class GridError(LabError):
    """A file of a grid is damaged, or of another setting than what is asked of it."""


@dataclass(frozen=True)
class Point:
    """A place in the grid, and the seed of one training there.

    Attributes
    ----------
    T : float or None
        Temperature; None for the student without a teacher.
    soft_target_loss_weight, ce_loss_weight : float
    seed : int
        Of the initial weights, the order of the images and dropout.
    """

    T: float | None
    soft_target_loss_weight: float
    ce_loss_weight: float
    seed: int

    @property
    def cell(self) -> tuple[float | None, float, float]:
        """The place, whatever the seed."""
        return self.T, self.soft_target_loss_weight, self.ce_loss_weight


@dataclass(frozen=True)
class Row(Point):
    """One trained student, in numbers.

    Attributes
    ----------
    validation, test : mapping of str to float
        By the names in `MEASURES`, on the images of each split; KL at T = 4.
    """

    validation: Mapping[str, float]
    test: Mapping[str, float]

    @property
    def point(self) -> Point:
        """Where it stands."""
        return Point(self.T, self.soft_target_loss_weight, self.ce_loss_weight, self.seed)


@dataclass(frozen=True)
class Grid:
    """Rows that were trained alike.

    Attributes
    ----------
    about : mapping
        By the names in `ABOUT`: the data set and its digest, that of the teacher, the epochs.
    rows : tuple of Row
    """

    about: Mapping[str, Any]
    rows: tuple[Row, ...] = field(default=())

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that there are; not each cell has each of them."""
        return tuple(sorted({row.seed for row in self.rows}))

    def cells(self) -> dict[tuple[float | None, float, float], list[Row]]:
        """The rows of each place, by seed."""
        found: dict[tuple[float | None, float, float], list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: row.seed):
            found.setdefault(row.cell, []).append(row)
        return found


def load_grid(path: str | Path = SHIPPED) -> Grid:
    """Read a grid.

    Parameters
    ----------
    path : str or Path, optional
        Default: the one that comes with the library, of ``digits-m``.

    Raises
    ------
    GridError
        If the file is not there or not whole.
    """
    try:
        plain = json.loads(Path(path).read_text(encoding="utf-8"))
        rows = tuple(_row(fields) for fields in plain["rows"])
        return Grid({name: plain["about"][name] for name in ABOUT}, rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise GridError(f"{path} is no grid ({told}). `make grid` makes it anew.") from error


def store_grid(grid: Grid, path: Path) -> None:
    """Write a grid, one line a row, so that a difference can be read."""
    lines = ",\n".join(json.dumps(asdict(row)) for row in grid.rows)
    text = f'{{"about": {json.dumps(dict(grid.about))},\n"rows": [\n{lines}\n]}}\n'
    with atomic_write(path) as partial:
        partial.write_text(text, encoding="utf-8")


def plan(
    temperatures: Iterable[float], weights: Iterable[float], seeds: Iterable[int]
) -> Iterator[Point]:
    """All points, those that say the most first.

    First come, for one seed after the other, the student without a teacher and those whose two
    weights sum to 1; then those with a cross-entropy weight of 1.
    """
    temperatures, weights, seeds = tuple(temperatures), tuple(weights), tuple(seeds)
    for seed in seeds:
        yield Point(None, 0.0, 1.0, seed)
        for weight in weights:
            for T in temperatures:
                yield Point(T, weight, round(1 - weight, 6), seed)
    for seed in seeds:
        for weight in weights:
            for T in temperatures:
                yield Point(T, weight, 1.0, seed)


def _row(fields: Mapping[str, Any]) -> Row:
    """A row out of plain data, each of its numbers a number."""
    row = Row(**fields)
    numbers = [each[name] for each in (row.validation, row.test) for name in MEASURES]
    if not all(isinstance(number, int | float) for number in numbers):
        raise ConfigurationError(f"no numbers: {numbers}")
    return row
