"""What a student wrote into a cell that is not theirs: kept, in a cell of its own."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.notebooks import is_graded_code


def written_in(
    wanted: NotebookNode, found: NotebookNode
) -> tuple[list[NotebookNode], list[NotebookNode]] | None:
    """The student's own code in a locked code cell: what goes before it, and what after it.

    What stands in the cell of a hidden test goes before it, so that the test finds it.

    Parameters
    ----------
    wanted, found : NotebookNode
        The released cell, and what was handed in for it.

    Returns
    -------
    tuple or None
        Cells, or None if the released text itself was changed: then nobody knows what is whose.
    """
    if not wanted.cell_type == found.cell_type == "code":
        return None
    lines, text = _lines(found.source), _lines(wanted.source.strip())
    for at in range(len(lines) - len(text) + 1):
        if lines[at : at + len(text)] == text:
            before, after = lines[:at], lines[at + len(text) :]
            break
    else:
        if not all(line.lstrip().startswith("#") for line in text):
            return None
        before, after = lines, []  # a comment alone, which was typed over
    if is_graded_code(wanted):
        before, after = [*before, *after], []
    return _cells(before), _cells(after)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _cells(lines: list[str]) -> list[NotebookNode]:
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        return []
    cell: NotebookNode = new_code_cell(text)
    cell.id = ""  # `rebuild` gives one that is the same each time
    return [cell]
