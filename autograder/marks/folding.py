"""What of a notebook the feedback shows: results, answers, and what else a student wrote.

What is as it was released is folded in its place: on a screen it can be opened, on paper it is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_task

from autograder.notebooks import is_graded_code, is_solution, nbgrader
from autograder.rendering import without_html

_HEADING = re.compile(r"^#{1,6}\s+(.+)", re.MULTILINE)
#: By id, a released cell's type, and its text as it is and as it is stored when it is defused.
Released = Mapping[str, tuple[str, tuple[str | None, ...]]]


def released_texts(cells: Iterable[NotebookNode], folder: Path) -> Released:
    """What `fold` compares with, of a release whose pictures lie in a folder."""

    def texts(cell: NotebookNode) -> tuple[str | None, ...]:
        if cell.cell_type != "markdown":
            return (cell.source,)
        return cell.source, without_html(cell.source, cell.get("attachments"), folder)

    return {cell.id: (cell.cell_type, texts(cell)) for cell in cells}


def shown_as(cell: NotebookNode, released: Released) -> str:
    """What a cell is on the page: ``"result"``, ``"answer"``, ``"own"``, ``"lab"``."""
    if is_graded_code(cell):
        return "result"
    if is_solution(cell) or nbgrader(cell).get("grade") or is_task(cell):
        return "answer"
    cell_type, texts = released.get(cell.id, ("", ()))
    failed = any(output.output_type == "error" for output in cell.get("outputs", []))
    return "lab" if cell.cell_type == cell_type and cell.source in texts and not failed else "own"


def fold(cells: Sequence[NotebookNode], released: Released) -> None:
    """Note at each cell what it is, and where a run of the lab's own cells begins and ends."""
    run: list[NotebookNode] = []
    for cell in cells:
        cell.metadata["shown"] = {"as": shown_as(cell, released)}
        if is_graded_code(cell):  # some courses test in the open
            lines = map(str.strip, cell.source.split("\n"))
            cell.metadata["shown"]["tests"] = any(line and line[0] != "#" for line in lines)
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
    """The first heading in plain text, else the first line."""
    prose = (cell.source for cell in run if cell.cell_type == "markdown")
    found = next(filter(None, map(_HEADING.search, prose)), None)
    return found[1].replace("`", "") if found else str(run[0].source).partition("\n")[0]
