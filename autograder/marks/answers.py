"""Which text a mark is given for."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

from nbformat import NotebookNode

from autograder.notebooks import (
    UnreadableNotebookError,
    grade_id,
    is_graded_code,
    is_solution,
    read_notebook,
)

KEY = "autograder"  # in a cell's metadata


def digest_of_answer(notebook: NotebookNode, cell: NotebookNode) -> str:
    """Hash of what a student wrote that the mark of a cell is for.

    Of a written answer it is that text; of a cell that checks code it is all code that was to be
    written, since one exercise builds on another. Line ends and spaces at them do not count.
    """
    if is_graded_code(cell):
        parts = [c.source for c in notebook.cells if c.cell_type == "code" and is_solution(c)]
    else:
        parts = [cell.source]
    text = "\0".join(_plain(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def note_digest(notebook: NotebookNode, cell: NotebookNode) -> str:
    """The digest, which is also kept in the cell: the page that a person sees may be defused."""
    digest = digest_of_answer(notebook, cell)
    cell.metadata[KEY] = {"answer": digest}
    return digest


def digest_on_page(path: Path, name: str) -> str | None:
    """Of the answer in a notebook of ``autograded/``; None if there is none."""
    try:
        notebook = read_notebook(path)
    except (OSError, UnreadableNotebookError):
        return None
    for cell in notebook.cells:
        if grade_id(cell) == name:
            noted = cell.metadata.get(KEY, {}).get("answer")
            return noted or digest_of_answer(notebook, cell)
    return None


def _plain(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).strip().splitlines()
    return "\n".join(line.rstrip() for line in lines)
