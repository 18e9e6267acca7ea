"""The source of a submission: its cells in their order, and the Python files beside it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

#: Magics at the top of a cell whose other lines are Python all the same.
_ABOVE_PYTHON = ("capture", "memit", "mprun", "prun", "python", "python3", "time", "timeit")
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)")
_COMMAND = re.compile(r"(\s*)(?:[%!?].*|\w[\w.]*\s*\?\??\s*)$")
_ASSIGNED = re.compile(r"(\s*[\w, ]+=\s*)[%!].*$")
#: More than anyone writes by hand; what is larger is not read, and a person is told.
MOST_CHARACTERS = 400_000

#: What `ast.parse` raises for a text that is no Python, or too much of it.
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


class Failure(NamedTuple):
    """Why a cell cannot be read."""

    line: int
    message: str
    source: str


@dataclass(frozen=True)
class Source:
    """A cell, or a file, with its tree; None where it is no Python.

    Attributes
    ----------
    place : str
        ``"cell 3"`` or the file's name.
    """

    place: str
    text: str
    tree: ast.Module | None
    failure: Failure | None = None

    def line(self, number: int) -> str:
        """The text of a line."""
        return _line(self.text, number)


@dataclass(frozen=True)
class Code:
    """All of a submission's source.

    Attributes
    ----------
    cells : tuple of str
        In their order.
    files : mapping of str to str
        Python files beside the notebook, by their path.
    python : str
        The version of Python that the notebook says it was written with; may be empty.
    """

    cells: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    python: str = ""

    @cached_property
    def main(self) -> list[Source]:
        """The cells that are Python."""
        cells = enumerate(self.cells, start=1)
        return [read(f"cell {n}", text) for n, text in cells if not _is_other(text)]

    @cached_property
    def modules(self) -> dict[str, Source]:
        """The modules that the notebook can import from beside it, by name."""
        texts = dict(self.files) | dict(_written(self.cells))
        return {_module_name(path): read(path, text) for path, text in texts.items()}

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than is read."""
        texts = (*self.cells, *self.files.values())
        return sum(map(len, texts)) > MOST_CHARACTERS

    def failure_of(self, name: str) -> Failure | None:
        """Why the last cell that was to define a name is no Python; None if it is."""
        begins = re.compile(rf"^\s*(?:(?:async\s+)?def|class)\s+{re.escape(name)}\b", re.MULTILINE)
        found = [source for source in self.main if begins.search(source.text)]
        return found[-1].failure if found else None


def read(place: str, text: str) -> Source:
    """A cell or file as Python; commands of the notebook in it stand for nothing."""
    try:
        return Source(place, text, parse(text))
    except NO_PYTHON as error:
        first = _failure(text, error)
    plain = without_commands(text)
    if plain == text:
        return Source(place, text, None, first)
    try:
        return Source(place, text, parse(plain))
    except NO_PYTHON as error:
        return Source(place, text, None, _failure(text, error))


def parse(text: str) -> ast.Module:
    """The tree of a text, without a word about what is strange in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def without_commands(text: str) -> str:
    """A cell in which lines that are no Python are ``pass``, with its lines where they were."""
    lines, goes_on = [], False
    for number, line in enumerate(text.split("\n")):
        command = _COMMAND.match(line)
        if (number == 0 and _CELL_MAGIC.match(line)) or goes_on:
            lines.append("")
        elif command:
            lines.append(f"{command[1]}pass")
        elif assigned := _ASSIGNED.match(line):
            lines.append(f"{assigned[1]}None")
        else:
            lines.append(line)
            continue
        goes_on = line.rstrip().endswith("\\")
    return "\n".join(lines)


def _is_other(text: str) -> bool:
    magic = _CELL_MAGIC.match(text)
    return magic is not None and magic[1] not in _ABOVE_PYTHON


def _written(cells: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Files that cells write with ``%%writefile``."""
    for text in cells:
        magic = _CELL_MAGIC.match(text)
        if magic and magic[1] in ("writefile", "file") and magic[2].split():
            yield magic[2].split()[-1].strip("'\""), text.partition("\n")[2]


def _module_name(path: str) -> str:
    name = path.removeprefix("./").removesuffix(".py").removesuffix("/__init__")
    return name.replace("/", ".")


def _failure(text: str, error: Exception | RecursionError | MemoryError) -> Failure:
    line = getattr(error, "lineno", None) or 0
    message = getattr(error, "msg", None) or str(error) or type(error).__name__
    return Failure(line, str(message)[:200], _line(text, line))


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""
