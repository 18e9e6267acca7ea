"""Cells that were split: their parts are put together again."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from autograder.notebooks import grade_id
from autograder.repair.changes import Change
from autograder.repair.texts import answered, defined, required, runs

_MOST_PARTS = 6
#: A hostile notebook must not take for ever.
_MOST_TRIES = 1_000


class _Known:
    """The released cells by name (their own, or their id), and their texts."""

    def __init__(self, cells: Sequence[NotebookNode]) -> None:
        self.cells = {grade_id(cell) or cell.id: cell for cell in cells}
        self.texts = {cell.source.strip() for cell in cells}
        self._by_id = {cell.id: name for name, cell in self.cells.items()}

    def name(self, cell: NotebookNode) -> str | None:
        """Which released cell this one says it is."""
        name = grade_id(cell)
        return name if name in self.cells else self._by_id.get(cell.id)


def put_together(
    cells: Sequence[NotebookNode], release: NotebookNode
) -> tuple[list[NotebookNode], list[Change]]:
    """Join neighbours of which one makes no sense without the other: a function cut in two."""
    known = _Known(release.cells)
    cells, changes, at = list(cells), [], 0
    tries = iter(range(_MOST_TRIES))
    while at < len(cells):
        window = _window(cells, at, known, tries) or _pair(cells, at, known)
        if window is None:
            at += 1
            continue
        parts = cells[window]
        named = next((cell for cell in parts if known.name(cell)), parts[0])
        joined = copy.deepcopy(named)
        joined.source = "\n".join(cell.source for cell in parts)
        cells[window] = [joined]
        at = window.start
        changes.append(Change("split", known.name(named) or named.id, str(len(parts))))
    return cells, changes


def _window(
    cells: list[NotebookNode], at: int, known: _Known, tries: Iterator[int]
) -> slice | None:
    """The shortest run of parts around a text that does not stand alone, if together they do."""

    def may_be_a_part(cell: NotebookNode) -> bool:
        wanted = known.cells.get(grade_id(cell) or "")
        is_code = cell.cell_type != "markdown" or (wanted and wanted.cell_type == "code")
        return bool(is_code) and cell.source.strip() not in known.texts

    if not may_be_a_part(cells[at]) or next(tries, None) is None or runs(cells[at].source):
        return None
    for length in range(2, _MOST_PARTS + 1):
        for first in range(max(0, at - length + 1), min(at, len(cells) - length) + 1):
            parts = cells[first : first + length]
            names = {known.name(cell) for cell in parts} - {None}
            may_be_one = len(names) <= 1 and all(map(may_be_a_part, parts))
            if may_be_one and next(tries, None) is None:
                return None
            if may_be_one and runs("\n".join(cell.source for cell in parts)):
                return slice(first, first + length)
    return None


def _pair(cells: list[NotebookNode], at: int, known: _Known) -> slice | None:
    """Two neighbours that each hold a part of one answer: of its names, or under its name."""
    pair = cells[at : at + 2]
    says = {known.name(cell) for cell in pair}
    is_prose = any(cell.cell_type == "markdown" for cell in pair)
    if len(pair) < 2 or len(says - {None}) > 1 or is_prose:
        return None
    first, second = (defined(cell.source) for cell in pair)
    if first & second:
        return None  # two versions
    for name, wanted in known.cells.items():
        names = required(wanted)
        share = says == {name} or (first & names and second & names)
        may_be = names and says <= {name, None}
        if may_be and share and all(answered(wanted, cell) for cell in pair):
            return slice(at, at + 2)
    return None
