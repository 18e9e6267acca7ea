"""The library that students get, as the grader sees it: its source is read, never imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from autograder.errors import GraderError
from autograder.results.own_modules import source_of

_DECLARED = re.compile(r"""^__version__ = ["'](.+?)["']""", re.MULTILINE)
_VERSION = r"\d{1,4}(?:\.\d{1,4}){1,3}[a-z0-9]{0,9}"


def version_of(library: str) -> str:
    """``<library>.version.__version__``; torch might come with an import.

    Raises
    ------
    GraderError
        If it says none.
    """
    path = source_of(library).with_name("version.py")
    found = _DECLARED.search(path.read_text("utf-8") if path.is_file() else "")
    if found is None:
        raise GraderError(f"no __version__ in {path}")
    return found[1]


def version_in(notebook: NotebookNode, library: str) -> str:
    """With which version a notebook was executed, as ``library 1.2.3`` in its outputs says.

    Empty if it does not say; of several the last.
    """
    said = re.compile(rf"\b{re.escape(library)} ({_VERSION})(?![\w.])")
    found = ""
    for text in _printed(notebook):
        for match in said.finditer(text):
            found = match[1]
    return found


def _printed(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        outputs: Any = cell.get("outputs", []) if cell.cell_type == "code" else []
        for output in outputs:
            text = output.get("text") if output.get("output_type") == "stream" else None
            if isinstance(text, str):
                yield text
