"""Reading notebooks as they come, and the few questions that every step asks of a cell.

Submissions pass through Colab, VS Code, learning platforms and mail: a byte-order mark, another
encoding, cells without ids or an old format version are ordinary. What cannot be read at all is
said in one line.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.validator import normalize

from autograder import limits
from autograder.json_file import UnreadableNotebookError, decode, in_a_line, parse
from autograder.raw_cells import TooMuchError, complete, raw_cells, refuse_too_much

__all__ = ["UnreadableNotebookError", "decode"]  # read here, raised and used elsewhere

#: Where a released notebook says in its metadata how it was made.
RELEASED = "labkit"
#: Tags of cells that stay with the instructor, and of prose in one language.
INSTRUCTOR_ONLY = "instructor-only"
LANGUAGE_TAG = "lang-"
LANGUAGES = ("ko", "en")

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class Reading:
    """A notebook, and in what shape its file was.

    Attributes
    ----------
    encoding : str
        The encoding of the file.
    odd : tuple of str
        What of the file was read as it was meant and not as it was written.
    """

    notebook: NotebookNode
    encoding: str
    odd: tuple[str, ...]


def read_notebook(path: str | Path) -> NotebookNode:
    """The notebook at `path` in format 4.5, each cell with an id.

    Parameters
    ----------
    path : str or Path
        A notebook file; a byte-order mark, UTF-16, a missing id or an older format is no obstacle.

    Raises
    ------
    UnreadableNotebookError
        The file is empty, too large, not text, not JSON, or not a notebook.
    """
    return read_closely(path).notebook


def read_closely(path: str | Path) -> Reading:
    """The notebook at `path` as `read_notebook` gives it, and what was strange about the file."""
    path = Path(path)
    size = path.stat().st_size
    if size > limits.NOTEBOOK_BYTES:
        raise UnreadableNotebookError(
            f"{path.name} has {size / limits.MIB:.0f} MiB;"
            f" at most {limits.NOTEBOOK_BYTES // limits.MIB} are read"
        )
    text, encoding = decode(path.read_bytes(), path.name)
    raw, has_more = parse(text, path.name)
    del text  # as large as all that follows together
    odd = {"text behind its end"} if has_more else set[str]()
    try:
        notebook = _from_json(raw, odd)
    except TooMuchError as error:
        raise UnreadableNotebookError(f"{path.name}: {error}") from None
    except Exception as error:  # whatever nbformat stumbles over in a damaged file
        reason = f"{path.name} is not a notebook ({in_a_line(error)})"
        raise UnreadableNotebookError(reason) from None
    return Reading(notebook, encoding, tuple(sorted(odd)))


def from_json(raw: Any) -> NotebookNode:
    """A notebook node from parsed JSON; raises `ValueError` where it is none."""
    return _from_json(raw, set())


def _from_json(raw: Any, odd: set[str]) -> NotebookNode:
    if not isinstance(raw, dict) or not raw.keys() & {"nbformat", "cells", "worksheets"}:
        raise ValueError("no 'nbformat' at the top")
    version = str(raw.get("nbformat", 4)).partition(".")[0]
    if version not in ("1", "2", "3", "4"):
        raise ValueError(f"format {version[:20]!r} is not known")
    strange = odd if version == "4" else set[str]()  # in an older one, `input` is right
    cells = [cell for each in raw_cells(raw) if (cell := complete(each, strange)) is not None]
    refuse_too_much(cells)
    give_ids(cells)
    metadata = raw["metadata"] if isinstance(raw.get("metadata"), dict) else {}
    # 4.5 is where cells got ids. Setting it here keeps nbformat from drawing random ones.
    notebook = nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    )
    _, valid = normalize(notebook, relax_add_props=True, strip_invalid_metadata=True)
    nbformat.validate(valid, relax_add_props=True)
    return nbformat.from_dict(valid)  # type: ignore[no-any-return]


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
