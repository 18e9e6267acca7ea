"""Reading notebooks as they come, and the few questions that every step asks of a cell.

Submissions pass through Colab, VS Code, learning platforms and mail: a byte-order mark, cells
without ids or an old format version are ordinary. What cannot be read at all is said in one line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.validator import normalize

from autograder.errors import AutograderError

#: Tags of cells that stay with the instructor, and of prose in one language.
INSTRUCTOR_ONLY = "instructor-only"
LANGUAGE_TAG = "lang-"
LANGUAGES = ("ko", "en")

_CELL_TYPES = ("code", "markdown", "raw")


class UnreadableNotebookError(AutograderError):
    """A submitted file is not a notebook: nothing in it can be graded."""


def read_notebook(path: str | Path) -> NotebookNode:
    """The notebook at `path` in format 4.5, each cell with an id.

    Parameters
    ----------
    path : str or Path
        A notebook file; a byte-order mark, a missing id or an older format 4 is no obstacle.

    Raises
    ------
    UnreadableNotebookError
        The file is empty, not UTF-8, not JSON, or not a notebook.
    """
    path = Path(path)
    try:
        raw = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableNotebookError(f"{path.name} is not UTF-8 text ({error})") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableNotebookError(f"{path.name} is not JSON ({error})") from None
    try:
        return from_json(raw)
    except Exception as error:  # whatever nbformat stumbles over in a damaged file
        raise UnreadableNotebookError(f"{path.name} is not a notebook ({error})") from None


def from_json(raw: Any) -> NotebookNode:
    """A notebook node from parsed JSON; raises `ValueError` where it is none."""
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise ValueError("no 'nbformat' at the top")
    if raw["nbformat"] != 4:
        raw = dict(nbformat.convert(nbformat.from_dict(raw), 4))
        for cell in raw["cells"]:
            cell.pop("id", None)  # drawn by chance a moment ago
    if not isinstance(raw.get("cells"), list):
        raise ValueError("no list of cells")
    raw["cells"] = [cell for cell in raw["cells"] if _is_cell(cell)]
    for cell in raw["cells"]:
        _complete(cell)
    give_ids(raw["cells"])
    raw["metadata"] = raw["metadata"] if isinstance(raw.get("metadata"), dict) else {}
    # 4.5 is where cells got ids. Setting it here keeps nbformat from drawing random ones.
    notebook = nbformat.from_dict({**raw, "nbformat_minor": 5})
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
    cell["source"] = "".join(source) if isinstance(source, list) else source
    cell["metadata"] = cell["metadata"] if isinstance(cell.get("metadata"), dict) else {}
    found = cell["metadata"].get("tags")
    if found is not None:
        names = [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []
        cell["metadata"]["tags"] = list(dict.fromkeys(names))
    if cell["cell_type"] == "code":
        cell["outputs"] = []  # every step that needs outputs makes them itself
        cell["execution_count"] = None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def give_ids(cells: Iterable[dict[str, Any]]) -> None:
    """Give every cell a unique id, the same one each time: from its content, not from chance."""
    seen: set[str] = set()
    for cell in cells:
        known = cell.get("id")
        if not (isinstance(known, str) and 1 <= len(known) <= 64) or known in seen:
            cell["id"] = _content_id(cell, seen)
        seen.add(cell["id"])


def _content_id(cell: dict[str, Any], taken: set[str]) -> str:
    number = 0
    while True:
        text = f"{number}\n{cell['cell_type']}\n{cell['source']}"
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
        if digest not in taken:
            return digest
        number += 1


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
