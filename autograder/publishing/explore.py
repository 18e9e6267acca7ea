"""The ungraded notebooks: labs/explore/ from solutions/explore/, with outputs.

    autograder explore             writes what has fallen behind
    autograder explore NAME ...    executes these anew, as after a change in the library
    autograder explore --check     shows where labs/explore/ has fallen behind, and exits 1

Executing one takes minutes. Where only prose or the project's address has changed, the outputs are
kept. Nothing is graded and nothing is hidden, so nbgrader has no part in this; languages and
addresses are those of the labs. Each lies in a folder of its own, one level below the labs', where
neither nbgrader nor the release of the labs looks.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import click
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.errors import GraderError
from autograder.notebooks import RELEASED, read_notebook
from autograder.publishing.release_options import release_options
from autograder.publishing.steps import FillAddress, SelectCells, TidyMetadata
from autograder.subject import find_subject

CELL_LIMIT = 3600  # seconds; another program may keep the machine busy


class ExploreError(GraderError):
    """There is no such explore notebook."""

    exit_code = 1  # refused: nothing was made


def student_version(path: Path, language: str) -> NotebookNode:
    """The notebook at `path` as students get it, without outputs."""
    notebook = read_notebook(path)
    resources: dict[str, Any] = {"metadata": {"path": str(path.parent), "name": path.stem}}
    config = Config({"ReleaseStep": {"language": language}})
    notebook, resources = SelectCells(config=config).preprocess(notebook, resources)
    notebook.metadata[RELEASED]["code"] = code_mark(notebook)
    for step in (FillAddress, TidyMetadata):
        notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


def code_mark(notebook: NotebookNode) -> str:
    """A short text that changes when a code cell does: what outputs depend on."""
    code = [(cell.id, cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(repr(code).encode()).hexdigest()[:12]


def with_outputs_of(notebook: NotebookNode, earlier: NotebookNode) -> NotebookNode:
    """Take over what the same code cells gave before."""
    before = {cell.id: cell for cell in earlier.cells}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = before[cell.id].outputs
            cell.execution_count = before[cell.id].execution_count
    return notebook


def with_outputs(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Execute in place; a progress bar is kept as it looks at its end.

    The folder of data and results is new: outputs show nothing of what was trained here before.
    """
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook,
        timeout=CELL_LIMIT,
        kernel_name="python3",
        resources=where,
        extra_arguments=["--log-level=40"],  # errors only: not that it listens on localhost
    )
    subject = find_subject(folder)
    with tempfile.TemporaryDirectory() as empty:
        anew = {subject.fresh: empty} if subject.fresh else {}
        client.execute(env={**os.environ, **subject.shown, **anew})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _tidy(cell.outputs)
    return notebook


def _tidy(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what a cell printed piece by piece; of each line keep what was written over the rest."""
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before is not None and output.get("name") == before.get("name") is not None:
            before.text += output.text  # only streams have a name
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            lines = output.text.split("\n")
            output.text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return joined


def sources(solutions: Path, names: tuple[str, ...] = ()) -> list[Path]:
    """The explore notebooks in `solutions`, all or the named ones."""
    found = {path.stem: path for path in sorted(solutions.glob("explore/*/*.ipynb"))}
    unknown = sorted(set(names) - set(found))
    if unknown:
        known = ", ".join(found) or "none"
        raise ExploreError(f"no {', '.join(unknown)} in {solutions}/explore; there are: {known}")
    return [found[name] for name in names or tuple(found)]


def target(source: Path, solutions: Path, labs: Path) -> Path:
    """Where the student's version of a notebook lies."""
    return labs / source.relative_to(solutions)


def _write(source: Path, path: Path, language: str, anew: bool) -> None:
    """Bring one notebook in step, with new outputs where it must or shall have them."""
    notebook = student_version(source, language)
    earlier = nbformat.read(path, as_version=4) if path.is_file() else None
    if earlier and not anew and _code(earlier) == _code(notebook):
        notebook = with_outputs_of(notebook, earlier)
    else:
        click.echo(f"executing {path}: some minutes")
        notebook = with_outputs(notebook, source.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    click.echo(f"wrote {path}")


def _code(notebook: NotebookNode) -> str | None:
    mark: str | None = notebook.metadata.get(RELEASED, {}).get("code")
    return mark


def differences(solutions: Path, labs: Path, language: str) -> str:
    """A diff of the cells in `labs` with those that `solutions` gives; empty when in step."""
    parts: list[str] = []
    for source in sources(solutions):
        path = target(source, solutions, labs)
        wanted = _lines(student_version(source, language))
        found = _lines(read_notebook(path)) if path.is_file() else []
        parts += difflib.unified_diff(found, wanted, str(path), str(source), lineterm="", n=2)
    return "\n".join(parts)


def _lines(notebook: NotebookNode) -> list[str]:
    lines = [f"--- outputs of {_code(notebook)}"]
    for cell in notebook.cells:
        lines += [f"--- {cell.cell_type} {cell.id}", *cell.source.split("\n")]
    return lines


@click.command()
@click.argument("names", nargs=-1)
@release_options
def explore(
    names: tuple[str, ...], check: bool, language: str, solutions: Path, labs: Path
) -> None:
    """Bring the notebooks of LABS/explore in step with SOLUTIONS/explore; execute NAMES anew.

    Example: autograder explore explore_response
    """
    if check:
        diff = differences(solutions, labs, language)
        if diff:
            raise click.ClickException(f"run `autograder explore`\n{diff}")
        return
    for source in sources(solutions, names):
        _write(source, target(source, solutions, labs), language, anew=bool(names))
