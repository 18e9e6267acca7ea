"""Text that others wrote, on its way into a file that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

#: What makes a cell a formula; the wide signs do so in East Asian versions.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """A cell's value; text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()  # half a character fits into no file
        return f"'{text}" if text.startswith(_FORMULA) else text
    return "" if value is None else value


def write_csv(path: Path, rows: Iterable[Sequence[Any]], *, mark: bool) -> None:
    """Write a table: text quoted, formulas defused, numbers as they are.

    Parameters
    ----------
    mark : bool
        Whether to begin with a byte-order mark. Excel needs it to read Korean names; learning
        platforms do without.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if mark else "utf-8"
    with open(path, "w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([harmless(value) for value in row] for row in rows)
