"""The release without nbgrader's command: in this process and without a gradebook."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import IncludeHeaderFooter, SaveCells
from traitlets.config import Config

from autograder.notebooks import read_notebook
from autograder.publishing.fences import ReleaseError
from autograder.publishing.steps import RELEASE_STEPS

_NEED_A_COURSE = (IncludeHeaderFooter, SaveCells)


def release_notebook(path: str | Path, language: str = "both") -> NotebookNode:
    """The student's version of the notebook at `path`.

    Parameters
    ----------
    path : str or Path
        An instructor notebook.
    language : {"both", "ko", "en"}
        Which prose to keep.
    """
    path = Path(path)
    config = Config({"ReleaseStep": {"language": language}})
    notebook = read_notebook(path)
    resources: dict[str, Any] = {"metadata": {"path": str(path.parent), "name": path.stem}}
    try:
        for step in RELEASE_STEPS:
            if step not in _NEED_A_COURSE:
                notebook, resources = step(config=config).preprocess(notebook, resources)
    except ReleaseError as error:
        raise ReleaseError(f"{path}: {error}") from None
    return notebook


def release_text(path: str | Path, language: str = "both") -> str:
    """The bytes of the student's file, as text: what nbgrader would write."""
    text, _ = NotebookExporter().from_notebook_node(release_notebook(path, language))
    return str(text)


def instructor_notebooks(solutions: Path) -> Iterator[Path]:
    """The notebooks of a source folder, in order."""
    found = sorted(solutions.glob("*/*.ipynb"))
    if not found:
        raise ReleaseError(f"no notebook in {solutions}/<lab>/")
    yield from found


def write_release(solutions: Path, labs: Path, language: str = "both") -> list[Path]:
    """Write every student notebook, and copy the files that lie beside the instructor's."""
    written = []
    for source in instructor_notebooks(solutions):
        target = labs / source.relative_to(solutions)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(release_text(source, language), "utf-8", newline="\n")
        written.append(target)
        for extra in sorted(source.parent.iterdir()):
            if extra.is_file() and extra.suffix != ".ipynb":
                shutil.copyfile(extra, target.parent / extra.name)
    return written


def differences(solutions: Path, labs: Path, language: str = "both") -> str:
    """A unified diff from the files in `labs` to what `solutions` gives; empty when in step."""
    parts = []
    expected = set()
    for source in instructor_notebooks(solutions):
        target = labs / source.relative_to(solutions)
        expected.add(target)
        wanted = release_text(source, language)
        found = target.read_text("utf-8") if target.is_file() else ""
        if found != wanted:
            parts.append(_diff(target, found, wanted))
    for stray in sorted(set(labs.glob("*/*.ipynb")) - expected):
        parts.append(f"{stray}: has no source in {solutions}\n")
    return "".join(parts)


def _diff(target: Path, found: str, wanted: str) -> str:
    """By cells where these differ, else by the lines of the files."""
    old, new = _cells(found), _cells(wanted)
    if old == new:
        old, new = found.splitlines(), wanted.splitlines()
    names = (f"{target} (committed)", f"{target} (from the solution)")
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm="", n=2)) + "\n"


def _cells(text: str) -> list[str]:
    """A notebook as readable lines: a heading per cell, then its text."""
    if not text.strip():
        return []
    lines: list[str] = []
    for cell in nbformat.reads(text, as_version=4).cells:
        lines += [f"--- {cell.cell_type} {cell.id}", *cell.source.split("\n")]
    return lines
