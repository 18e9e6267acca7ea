"""Tables as people save them: any spreadsheet's encoding and separator; errors say the place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.limits import MIB
from autograder.terminal import printable
from autograder.text_encoding import decoded

ID = "student_id"
SEPARATORS = ",;\t"
#: Bytes of a table; one of a class of thousands has less than a tenth of it.
_LARGEST = 32 * MIB


@dataclass(frozen=True)
class Line:
    """A row of a table, and where it stands.

    Attributes
    ----------
    cells : dict of str to str
        By column, without spaces around them; a cell that is not there is empty.
    """

    table: Path
    number: int
    cells: dict[str, str]

    def error(self, column: str, why: str) -> UsageError:
        """An error about one of its cells."""
        return UsageError(self.place(column, why))

    def place(self, column: str, why: str) -> str:
        """Table, line, column and value in front of what is wrong with it."""
        value = printable(self.cells.get(column, ""))
        return f"{self.table}, line {self.number}: {value!r} {why} (column {column})"


def read_lines(path: Path, needed: Iterable[str]) -> list[Line]:
    """The rows of a table that are not empty.

    UTF-8 with a mark or without, UTF-16, CP949 and Windows' Western encoding; separated by commas,
    semicolons or tabs. A first line ``sep=;``, as Excel wants it, is left out.

    Raises
    ------
    UsageError
        If it cannot be read, or lacks one of the columns that are needed.
    """
    text = _text(path)
    lines = list(_lines(path, text))
    columns = _columns(lines)
    missing = [column for column in needed if column not in columns]
    if missing:
        there = ", ".join(printable(column) for column in columns) or "none"
        named = ", ".join(map(repr, missing))
        raise UsageError(f"{path}, line 1 has no column {named}; it has: {there}.")
    found = []
    for number, row in lines[1:]:
        if len(row) > len(columns) and any(map(str.strip, row[len(columns) :])):
            value = printable(row[len(columns)])
            raise UsageError(
                f"{path}, line {number}, column {len(columns) + 1}: {value!r} is one cell more than"
                " the first line has; put text with a separator into quotation marks."
            )
        cells = {
            column: (row[at].strip() if at < len(row) else "") for at, column in enumerate(columns)
        }
        if any(cells.values()):
            found.append(Line(path, number, {name: cells[name] for name in cells if name}))
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} has more than {_LARGEST // MIB} MiB, which is no table.")
        text = decoded(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}.") from error
    first, _, rest = text.partition("\n")
    return "\n" + rest if first.strip().casefold().startswith("sep=") else text


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows and the lines on which they begin."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    file = io.StringIO(text.replace("\0", ""), newline="")
    reader = csv.reader(file, delimiter=_separator(header))
    begin = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}, line {begin}: {error}.") from error


def _separator(header: str) -> str:
    try:
        return csv.Sniffer().sniff(header, SEPARATORS).delimiter
    except csv.Error:  # one column
        return ","


def _columns(lines: list[tuple[int, list[str]]]) -> list[str]:
    return [name.strip().strip("\ufeff") for name in lines[0][1]] if lines else []

