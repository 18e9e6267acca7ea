"""Stores in the solutions the outputs that nbval compares, and no others.

    autograder outputs [LAB ...]

A cell marked ``# NBVAL_CHECK_OUTPUT`` prints the same on every machine. Its output is kept in the
notebook in ``solutions/``; all other cells are kept without, so that a change of the source is all
that a commit shows.
"""

from __future__ import annotations

import os
from pathlib import Path

import click
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.notebooks import read_notebook
from autograder.subject import find_subject

MARK = "NBVAL_CHECK_OUTPUT"
CELL_LIMIT = 600  # seconds


def keep_marked(notebook: NotebookNode) -> NotebookNode:
    """Remove the outputs of unmarked cells, and what depends on the run from the others.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        marked = MARK in cell.source
        cell.outputs = cell.outputs if marked else []
        # nbval refuses an output without a count; the cell's place will do.
        cell.execution_count = number if marked else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
        cell.metadata.pop("execution", None)
    return notebook


def store_outputs(path: Path) -> None:
    """Execute the notebook at `path` as the grader would, and write it with its marked outputs."""
    notebook = read_notebook(path)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=CELL_LIMIT, kernel_name="python3", resources=where)
    defaults = find_subject(path.parent).defaults
    client.execute(env={**defaults, **os.environ, "LABKIT_STRICT": "1"})
    nbformat.write(keep_marked(notebook), path)


@click.command()
@click.argument("labs", nargs=-1)
@click.option("--solutions", type=click.Path(path_type=Path), default=Path("solutions"))
def outputs(labs: tuple[str, ...], solutions: Path) -> None:
    """Execute the solutions of LABS, or all, and store the outputs that are compared.

    Example: autograder outputs lab1_baseline
    """
    names = labs or tuple(sorted(path.stem for path in solutions.glob("*/*.ipynb")))
    for name in names:
        path = solutions / name / f"{name}.ipynb"
        if not path.is_file():
            known = ", ".join(sorted(folder.name for folder in solutions.iterdir()))
            raise click.ClickException(f"there is no {path}; there are: {known}")
        store_outputs(path)
        click.echo(f"wrote {path}")
