"""Cells that were split: their parts are put together again."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.notebooks import grade_id
from autograder.repair.changes import Change
from autograder.repair.texts import (
    answered,
    defined,
    joined,
    may_be_joined,
    required,
    runs,
)

_MOST_PARTS = 6
#: A hostile notebook must not take for ever: so many characters are compiled to find parts.
_MOST_TRIED = 400_000


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


class _Budget:
    """Characters that may still be compiled."""

    def __init__(self, left: int) -> None:
        self.left = left

    def allows(self, texts: Sequence[str]) -> bool:
        """Whether there is enough left for these; then it is spent."""
        self.left -= sum(map(len, texts))
        return self.left >= 0


def put_together(
    cells: Sequence[NotebookNode], release: NotebookNode
) -> tuple[list[NotebookNode], list[Change]]:
    """Join neighbours of which one makes no sense without the other: a function cut in two."""
    known = _Known(release.cells)
    cells, changes, at = list(cells), [], 0
    budget = _Budget(_MOST_TRIED)
    rounds = 0  # of a cell that grows: each compiles and copies all of it
    while at < len(cells):
        window = None
        if rounds < _MOST_PARTS:
            window = _window(cells, at, known, budget) or _pair(cells, at, known, budget)
        if window is None:
            at, rounds = at + 1, 0
            continue
        parts = cells[window]
        named = next((cell for cell in parts if known.name(cell)), parts[0])
        whole = copy.deepcopy(named)
        whole.source = joined(cell.source for cell in parts)
        cells[window] = [whole]
        at, rounds = window.start, rounds + 1
        changes.append(Change("split", known.name(named) or named.id, str(len(parts))))
    return cells, changes


def _window(
    cells: list[NotebookNode], at: int, known: _Known, budget: _Budget
) -> slice | None:
    """The shortest run of parts around a text that does not stand alone, if together they do."""

    def may_be_a_part(cell: NotebookNode) -> bool:
        wanted = known.cells.get(grade_id(cell) or "")
        is_code = cell.cell_type != "markdown" or (wanted and wanted.cell_type == "code")
        return bool(is_code) and cell.source.strip() not in known.texts

    text = cells[at].source
    if not may_be_a_part(cells[at]) or not budget.allows([text]) or runs(text):
        return None
    for length in range(2, _MOST_PARTS + 1):
        for first in range(max(0, at - length + 1), min(at, len(cells) - length) + 1):
            parts = cells[first : first + length]
            names = {known.name(cell) for cell in parts} - {None}
            if len(names) > 1 or not all(map(may_be_a_part, parts)):
                continue
            texts = [cell.source for cell in parts]
            if not budget.allows(texts):
                return None
            if may_be_joined(texts):
                return slice(first, first + length)
    return None


def _pair(
    cells: list[NotebookNode], at: int, known: _Known, budget: _Budget
) -> slice | None:
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
            texts = [cell.source for cell in pair]
            # Notes under the name of an answer would make all of it no Python.
            is_one = budget.allows(texts) and may_be_joined(texts)
            return slice(at, at + 2) if is_one else None
    return None
