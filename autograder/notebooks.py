"""Reading notebooks as they come, and the few questions that every step asks of a cell.

Submissions pass through Colab, VS Code, learning platforms and mail: a byte-order mark, another
encoding, cells without ids or an old format version are ordinary. What cannot be read at all is
said in one line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.validator import normalize

from autograder.errors import AutograderError

#: Where a released notebook says in its metadata how it was made.
RELEASED = "labkit"
#: Tags of cells that stay with the instructor, and of prose in one language.
INSTRUCTOR_ONLY = "instructor-only"
LANGUAGE_TAG = "lang-"
LANGUAGES = ("ko", "en")

_CELL_TYPES = ("code", "markdown", "raw")
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

#: What Windows in Korea calls "ANSI"; some editors still save in it.
_KOREAN_WINDOWS = "cp949"


class UnreadableNotebookError(AutograderError):
    """A submitted file is not a notebook: nothing in it can be graded."""


def read_notebook(path: str | Path) -> NotebookNode:
    """The notebook at `path` in format 4.5, each cell with an id.

    Parameters
    ----------
    path : str or Path
        A notebook file; a byte-order mark, UTF-16, a missing id or an older format is no obstacle.

    Raises
    ------
    UnreadableNotebookError
        The file is empty, not text, not JSON, or not a notebook.
    """
    path = Path(path)
    text, _ = decode(path.read_bytes(), path.name)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:  # also of numbers with 5,000 digits
        raise UnreadableNotebookError(f"{path.name} is not JSON ({_short(error)})") from None
    try:
        return from_json(_without_half_characters(raw))
    except Exception as error:  # whatever nbformat stumbles over in a damaged file
        raise UnreadableNotebookError(f"{path.name} is not a notebook ({_short(error)})") from None


def _short(error: Exception) -> str:
    """What an error says, in a line; a stranger's file is quoted in some."""
    return " ".join(f"{error or type(error).__name__}".split())[:200]


def decode(content: bytes, name: str) -> tuple[str, str]:
    """The text of a file that should hold JSON, and the encoding that it turned out to be in.

    Parameters
    ----------
    content : bytes
    name : str
        How the file is called, for the error.

    Raises
    ------
    UnreadableNotebookError
        It is text in none of the encodings that editors save JSON in.
    """
    likely = json.detect_encoding(content)
    try:
        return content.decode(likely), likely
    except UnicodeDecodeError as error:
        if likely == "utf-8":
            try:
                return content.decode(_KOREAN_WINDOWS), _KOREAN_WINDOWS
            except UnicodeDecodeError:
                pass
        raise UnreadableNotebookError(f"{name} is not {likely.upper()} text ({error})") from None


def _without_half_characters(raw: Any) -> Any:
    """JSON can hold half an emoji, which no file can be written with: a sign takes its place."""
    text = json.dumps(raw, ensure_ascii=False)
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw if clean == text else json.loads(clean)


def from_json(raw: Any) -> NotebookNode:
    """A notebook node from parsed JSON; raises `ValueError` where it is none."""
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise ValueError("no 'nbformat' at the top")
    if str(raw["nbformat"]) not in ("4", "4.0"):
        raw = dict(nbformat.convert(nbformat.from_dict(raw), 4))
        for cell in raw["cells"]:
            cell.pop("id", None)  # drawn by chance a moment ago
    if not isinstance(raw.get("cells"), list):
        raise ValueError("no list of cells")
    cells = [cell for cell in raw["cells"] if _is_cell(cell)]
    for cell in cells:
        _complete(cell)
    give_ids(cells)
    metadata = raw["metadata"] if isinstance(raw.get("metadata"), dict) else {}
    # 4.5 is where cells got ids. Setting it here keeps nbformat from drawing random ones.
    notebook = nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    )
    _, valid = normalize(notebook, relax_add_props=True, strip_invalid_metadata=True)
    nbformat.validate(valid, relax_add_props=True)
    return nbformat.from_dict(valid)  # type: ignore[no-any-return]


def _is_cell(cell: Any) -> bool:
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") in _CELL_TYPES
        and _is_text(cell.get("source", ""))
    )


def _is_text(source: Any) -> bool:
    if isinstance(source, list):
        return all(isinstance(line, str) for line in source)
    return isinstance(source, str)


def _complete(cell: dict[str, Any]) -> None:
    """Fill in what format 4.5 asks of a cell, and drop what it does not allow."""
    source = cell.get("source", "")
    source = "".join(source) if isinstance(source, list) else source
    cell["source"] = source.replace("\r\n", "\n").replace("\r", "\n")
    cell["metadata"] = cell["metadata"] if isinstance(cell.get("metadata"), dict) else {}
    found = cell["metadata"].get("tags")
    if found is not None:
        names = [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []
        cell["metadata"]["tags"] = list(dict.fromkeys(names))
    if not _are_attachments(cell.get("attachments")):
        cell.pop("attachments", None)
    # Colab keeps a cell's id in its metadata.
    cell.setdefault("id", cell["metadata"].get("id"))
    if cell["cell_type"] == "code":
        cell["outputs"] = []  # every step that needs outputs makes them itself
        cell["execution_count"] = None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _are_attachments(found: Any) -> bool:
    """Whether these are pictures by name and type."""
    return isinstance(found, dict) and all(isinstance(each, dict) for each in found.values())


def give_ids(cells: Iterable[dict[str, Any]]) -> None:
    """Give every cell a unique id, the same one each time: from its content, not from chance."""
    seen: set[str] = set()
    copies: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        known = cell.get("id")
        if not (isinstance(known, str) and _ID.fullmatch(known)) or known in seen:
            cell["id"] = _content_id(cell, seen, copies)
        seen.add(cell["id"])


def _content_id(
    cell: dict[str, Any], taken: set[str], copies: Counter[tuple[str, str]]
) -> str:
    """An id that nobody has; of equal cells each goes on counting where the one before ended."""
    content = (cell["cell_type"], cell["source"])
    while True:
        found = _digest(f"{copies[content]}\n{content[0]}\n{content[1]}")
        copies[content] += 1
        if found not in taken:
            return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def language_of(notebook: NotebookNode) -> str:
    """The language in which a notebook was released: ``"both"``, ``"ko"`` or ``"en"``."""
    return str(notebook.metadata.get(RELEASED, {}).get("language", "both"))


def tags(cell: NotebookNode) -> frozenset[str]:
    """The cell's tags."""
    return frozenset(cell.metadata.get("tags", []))


def nbgrader(cell: NotebookNode) -> dict[str, Any]:
    """The cell's nbgrader metadata; empty where there is none."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's grade id, if it has one."""
    found = nbgrader(cell).get("grade_id")
    return found if isinstance(found, str) and found else None


def is_graded_code(cell: NotebookNode) -> bool:
    """Whether a program decides this cell's points."""
    meta = nbgrader(cell)
    return cell.cell_type == "code" and bool(meta.get("grade")) and not meta.get("solution")


def is_solution(cell: NotebookNode) -> bool:
    """Whether the student writes this cell."""
    return bool(nbgrader(cell).get("solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Whether the text of this cell belongs to the release and not to the student."""
    meta = nbgrader(cell)
    return not meta.get("solution") and bool(meta.get("grade") or meta.get("locked"))
