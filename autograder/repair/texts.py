"""What can be told from the text of a cell: what it defines, and whether it could run."""

from __future__ import annotations

import re
import warnings

from nbformat import NotebookNode

from autograder.notebooks import is_solution

#: Longer texts are not compiled: nobody splits them by mistake, and it takes time.
_LONGEST_TEXT = 20_000
_DEFINITION = re.compile(r"^(?:def|class|async\s+def)\s+(\w+)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)


def required(cell: NotebookNode) -> frozenset[str]:
    """The functions and classes that a released cell asks the student for."""
    if cell.cell_type != "code" or not is_solution(cell):
        return frozenset()
    return frozenset(_DEFINITION.findall(cell.source))


def defined(text: str) -> frozenset[str]:
    """What a text defines at its top level, by whatever means."""
    return frozenset(_DEFINITION.findall(text)) | frozenset(_ASSIGNMENT.findall(text))


def answered(wanted: NotebookNode, found: NotebookNode) -> bool:
    """Whether the student changed the cell, and left more in it than the stub."""
    stub, text = wanted.source.strip(), found.source.strip()
    if not required(wanted) or not stub or stub not in text:
        return text not in ("", stub)
    return required(wanted) <= defined(text.replace(stub, ""))


def runs(text: str) -> bool:
    """Whether this could be a cell of its own: it compiles and does not begin indented."""
    first = text.lstrip("\n")
    if not first.strip() or first.startswith("%%"):
        return True
    if first[0] in " \t":
        return False
    return _compiles(text) or _compiles(_MAGIC.sub(r"\1pass", text))


def _compiles(text: str) -> bool:
    if len(text) > _LONGEST_TEXT:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
