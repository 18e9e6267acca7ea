"""Puts prose into cells, with its pictures, such that it can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder import limits
from autograder.repair.changes import Change
from autograder.repair.pictures import with_plain_names
from autograder.repair.prose import as_written, is_as_written, renders, without_pictures


class Prose:
    """The prose of one notebook.

    Parameters
    ----------
    changes : list of Change
        Gets what had to be done.
    """

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self._left = limits.ALL_RENDERED

    def lay(self, cell: NotebookNode, name: str, parts: Sequence[NotebookNode]) -> None:
        """Put what was written in these cells into one, which is called so."""
        texts = [found.source for found in parts]
        cell.pop("attachments", None)
        if not self._may_be_rendered("\n\n".join(texts)):
            cell.source = as_written("\n\n".join(texts))
        else:
            cell.source = self._with_pictures(cell, name, parts)
        if is_as_written(cell.source) and not any(map(is_as_written, texts)):
            self.changes.append(Change("as written", name))

    def _may_be_rendered(self, text: str) -> bool:
        """Whether there is enough left for it; then it is spent."""
        words = len(without_pictures(text))
        if is_as_written(text) or words > min(limits.RENDERED, self._left):
            return False
        self._left -= words
        return True

    def _with_pictures(self, cell: NotebookNode, name: str, parts: Sequence[NotebookNode]) -> str:
        """Give the cell the pictures of its parts; the text that shows them."""
        pictures: dict[str, Any] = {}
        missing: list[str] = []
        texts = []
        for found in parts:
            text, own, lost = with_plain_names(found.source, found.get("attachments"), pictures)
            texts.append(text)
            pictures |= own
            missing += lost
        text = "\n\n".join(texts)
        if not renders(text, pictures):
            return as_written("\n\n".join(found.source for found in parts))
        if pictures:
            cell.attachments = nbformat.from_dict(pictures)
        if missing:
            self.changes.append(Change("pictures", name, ", ".join(dict.fromkeys(missing))))
        return text
