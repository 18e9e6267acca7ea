"""The notebook that a kernel belongs to, as it was saved, or as Colab shows it.

A kernel does not know its notebook. Jupyter and VS Code say where it lies; else it is looked for
beside the kernel. On Colab the notebook is no file of the machine, and is asked for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

#: Seconds that Colab's page may take to give its notebook.
PATIENCE = 20


@dataclass(frozen=True)
class Notebook:
    """What is known of a notebook.

    Attributes
    ----------
    name : str
        Of the file, such as ``"lab1_baseline.ipynb"``.
    cells : list of dict
        As the format has them.
    path : Path or None
        Where it was saved; None: it comes from Colab, as it is now.
    content : dict
        The whole file.
    """

    name: str
    cells: list[dict[str, Any]]
    path: Path | None
    content: dict[str, Any]

    def cell(self, grade_id: str) -> dict[str, Any] | None:
        """The cell that a grader knows by this id."""
        for cell in self.cells:
            about = cell.get("metadata", {}).get("nbgrader") or {}
            if isinstance(about, dict) and about.get("grade_id") == grade_id:
                return cell
        return None


def source_of(cell: dict[str, Any]) -> str:
    """A cell's text, which the format keeps as one text or as lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def on_colab() -> bool:
    """Whether this kernel runs on Colab."""
    try:
        import_module("google.colab")
    except ImportError:
        return False
    return True


def from_colab() -> Notebook | None:
    """The notebook as Colab's page shows it now, or None if it does not answer."""
    try:
        from google.colab import _message  # type: ignore[import-not-found]

        answer = _message.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        content = answer["ipynb"]
        name = content.get("metadata", {}).get("colab", {}).get("name") or ""
        return _notebook(content, str(name), None)
    except Exception:  # of a package that is not ours, which changes
        return None


def from_disk(marks: Sequence[str]) -> Notebook | None:
    """The saved notebook: the one that is told, else the newest here that holds such cells.

    Parameters
    ----------
    marks : sequence of str
        Ids of cells of which the notebook has at least one.
    """
    for path in _told():
        if found := _read(path):
            return found
    here = [found for path in Path().glob("*.ipynb") if (found := _read(path))]
    ours = [each for each in here if any(map(each.cell, marks))]
    return max(ours, key=lambda each: each.path.stat().st_mtime if each.path else 0.0, default=None)


def _told() -> Iterator[Path]:
    """Where the program says that the notebook lies in which it is open."""
    for told in (
        vars(sys.modules["__main__"]).get("__vsc_ipynb_file__"),
        os.environ.get("JPY_SESSION_NAME"),
    ):
        if isinstance(told, str) and told.endswith(".ipynb") and Path(told).is_file():
            yield Path(told)


def _read(path: Path) -> Notebook | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        return _notebook(content, path.name, path)
    except (OSError, ValueError, RecursionError):
        return None


def _notebook(content: Any, name: str, path: Path | None) -> Notebook | None:
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return None
    return Notebook(name, cells, path, content)
