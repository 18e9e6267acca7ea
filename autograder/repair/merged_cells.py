"""Cells that were merged: taken apart, one for each released cell that is lost otherwise."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from itertools import pairwise

from nbformat import NotebookNode

from autograder.notebooks import give_ids, grade_id
from autograder.publishing.fences import ENDS
from autograder.repair.changes import Change
from autograder.repair.match import Matches, find_matches
from autograder.repair.texts import answered, defined, required, runs

_TOP_LEVEL = re.compile(r"(?:def|class|async\s+def)\s+(\w+)|(\w+)\s*=(?!=)")
_ABOVE = re.compile(r"(?:import|from)\s|[A-Z_0-9]+\s*=(?!=)")
#: Stands for the part of a cell that belongs to no released cell.
_OWN = -1


def take_apart(
    cells: Sequence[NotebookNode], release: NotebookNode
) -> tuple[list[NotebookNode], list[Change]]:
    """Give every released cell that is only to be found inside another one a cell of its own."""
    matches = find_matches(release.cells, cells)
    stands_for = matches.stands_for()
    lost = _lost(cells, release, matches)
    result: list[NotebookNode] = []
    changes: list[Change] = []
    emptied: set[int] = set()
    for place, cell in enumerate(cells):
        host = stands_for.get(place, matches.says[place])
        segments = _segments(cell, host, lost, release)
        if segments is None:
            result.append(cell)
            continue
        for owner, text in segments:
            result.append(_piece(cell, text, release.cells[owner] if owner != _OWN else None))
            if owner in lost:
                lost.remove(owner)
                emptied |= set(matches.chosen.get(owner, []))
                wanted = release.cells[owner]
                changes.append(Change("merged", grade_id(wanted) or wanted.id))
    stubs = {id(cells[place]) for place in emptied}
    result = [cell for cell in result if id(cell) not in stubs]
    give_ids(result)
    return result, changes


def _lost(cells: Sequence[NotebookNode], release: NotebookNode, matches: Matches) -> list[int]:
    """Released cells that nothing stands for, or only the stub."""
    lost = []
    for at, wanted in enumerate(release.cells):
        places = matches.chosen.get(at, [])
        has_answer = any(answered(wanted, cells[place]) for place in places)
        if not places or (required(wanted) and not has_answer):
            lost.append(at)
    return lost


def _segments(
    cell: NotebookNode, host: int | None, lost: list[int], release: NotebookNode
) -> list[tuple[int, str]] | None:
    """A cell's text by the released cell that it belongs to; None where there is nothing to do."""
    lines = cell.source.split("\n")
    sought = [*lost, *([] if host is None else [host])]
    marks = _marks(lines, sought, release)
    owners = {owner for _, owner in marks.values()}
    is_whole = host is None and len(marks) == 1 and not _rest(lines, marks)
    if is_whole or not (owners - {host}) & set(lost):
        return None
    segments = _cut(lines, marks)
    if host is not None and host not in {owner for owner, _ in segments}:
        segments = _leave_to_host(segments, host)
    if cell.cell_type == "code" and runs(cell.source):
        code = [text for owner, text in segments if owner == _OWN or required(release.cells[owner])]
        if not all(map(runs, code)):
            return None
    return segments


def _rest(lines: list[str], marks: dict[int, tuple[int, int]]) -> bool:
    """Whether there is any text before the only mark or, where it says where it ends, after it."""
    ((start, (end, _)),) = marks.items()
    return any(line.strip() for line in [*lines[:start], *lines[end or len(lines) :]])


def _marks(
    lines: list[str], sought: list[int], release: NotebookNode
) -> dict[int, tuple[int, int]]:
    """Where text of released cells begins: ``{line: (line after it or 0, released cell)}``."""
    marks: dict[int, tuple[int, int]] = {}
    flat = "\n".join(["", *(line.rstrip() for line in lines), ""])
    for at in sought:
        wanted = release.cells[at]
        if required(wanted):
            continue
        block = [line.rstrip() for line in wanted.source.strip("\n").split("\n")]
        if not any(block):
            continue
        found = flat.find("\n".join(["", *block, ""]))
        if found >= 0:
            start = flat.count("\n", 0, found)
            marks[start] = (start + len(block), at)
    taken = {line for start, (end, _) in marks.items() for line in range(start, end)}
    there = defined("\n".join(lines))
    for at in sought:
        names = required(release.cells[at])
        if not names or not names <= there:
            continue
        starts = [number for number, line in enumerate(lines) if _defined_here(line) in names]
        if starts and starts[0] not in taken:
            marks.setdefault(_with_what_is_above(lines, starts[0], taken), (0, at))
    return marks


def _with_what_is_above(lines: list[str], start: int, taken: set[int]) -> int:
    """Where a definition begins with its decorators, comments, imports and constants."""
    first = start
    for number in range(start - 1, -1, -1):
        line = lines[number]
        if number in taken or ENDS.search(line):
            break
        touches = first == number + 1 and line.startswith(("@", "#", "%%"))
        if touches or _ABOVE.match(line):
            first = number
        elif line.strip():
            break
    return first


def _defined_here(line: str) -> str | None:
    found = _TOP_LEVEL.match(line)
    return (found[1] or found[2]) if found else None


def _cut(lines: list[str], marks: dict[int, tuple[int, int]]) -> list[tuple[int, str]]:
    """The text between the marks, in order; what precedes a definition goes with it."""
    borders = sorted({0, len(lines), *marks, *(end for end, _ in marks.values() if end)})
    segments: list[tuple[int, str]] = []
    above = ""
    for start, stop in pairwise(borders):
        text = "\n".join(lines[start:stop]).strip("\n")
        if start in marks:
            segments.append((marks[start][1], f"{above}\n\n{text}" if above else text))
            above = ""
        elif stop in marks and not marks[stop][0] and text.strip() and runs(text):
            above = text  # imports, helpers
        elif text.strip():
            segments.append((_OWN, text))
    return segments


def _leave_to_host(segments: list[tuple[int, str]], host: int) -> list[tuple[int, str]]:
    """What belongs to no other cell is what the cell's own name promises, the longest of it."""
    own = [number for number, (owner, _) in enumerate(segments) if owner == _OWN]
    if own:
        longest = max(own, key=lambda number: len(segments[number][1]))
        segments[longest] = (host, segments[longest][1])
    return segments


def _piece(cell: NotebookNode, text: str, wanted: NotebookNode | None) -> NotebookNode:
    """A cell for one segment: with the released cell's name, or the student's own."""
    piece = copy.deepcopy(cell if wanted is None else wanted)
    if wanted is None:
        piece.metadata, piece.id = NotebookNode(), ""
    piece.source = text
    return piece
