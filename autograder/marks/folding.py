"""What of a notebook the feedback shows: results, answers, and what else a student wrote.

What is as it was released is folded in its place: on a screen it can be opened, on paper it is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode
from nbgrader.utils import is_task

from autograder.notebooks import is_graded_code, is_solution, nbgrader
from autograder.rendering import render

_HEADING = re.compile(r"^#{1,6}\s+(.+)", re.MULTILINE)


def shown_as(cell: NotebookNode, released: Mapping[str, NotebookNode]) -> str:
    """What a cell is on the page: ``"result"``, ``"answer"``, ``"own"``, ``"lab"``."""
    if is_graded_code(cell):
        return "result"
    if is_solution(cell) or nbgrader(cell).get("grade") or is_task(cell):
        return "answer"
    twin = released.get(cell.id)
    if twin is None or twin.cell_type != cell.cell_type:
        return "own"
    if any(output.output_type == "error" for output in cell.get("outputs", [])):
        return "own"
    same = cell.source == twin.source
    if not same and cell.cell_type == "markdown":  # what runs in a browser is gone from it
        same = render(cell.source) == render(twin.source)
    return "lab" if same else "own"


def fold(cells: Sequence[NotebookNode], released: Mapping[str, NotebookNode]) -> None:
    """Note at each cell what it is, and where a run of the lab's own cells begins and ends."""
    run: list[NotebookNode] = []
    for cell in cells:
        cell.metadata["shown"] = {"as": shown_as(cell, released)}
        if cell.metadata["shown"]["as"] == "lab":
            run.append(cell)
        else:
            _close(run)
            run = []
    _close(run)


def _close(run: Sequence[NotebookNode]) -> None:
    if run:
        run[0].metadata["shown"] |= {"opens": len(run), "title": _title(run)}
        run[-1].metadata["shown"]["closes"] = True


def _title(run: Sequence[NotebookNode]) -> str:
    """The first heading, in plain text."""
    prose = (cell.source for cell in run if cell.cell_type == "markdown")
    found = next(filter(None, map(_HEADING.search, prose)), None)
    return found[1].replace("`", "") if found else ""
