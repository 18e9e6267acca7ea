"""What editors and people do to cells."""

import copy
import uuid

import nbformat

from broken.lab import place


def code_of(cell, **changes):
    """A copy of a cell with another source or metadata."""
    other = {**copy.deepcopy(cell), "id": uuid.uuid4().hex[:8], **changes}
    return nbformat.from_dict(other)


def merge(notebook, first, last, keep=None, glue="\n\n"):
    """Merge the cells from `first` to `last`; the result has the name and type of `keep`."""
    cells = notebook.cells[first : last + 1]
    merged = copy.deepcopy(notebook.cells[first if keep is None else keep])
    merged.source = glue.join(cell.source for cell in cells)
    notebook.cells[first : last + 1] = [merged]
    return merged


def split(notebook, name, *marks, metadata=True):
    """Split a cell before the lines that hold these texts, as JupyterLab or as Colab does."""
    at = place(notebook, name)
    cell, parts, text = notebook.cells[at], [], notebook.cells[at].source
    for mark in marks:
        start = text.rindex("\n", 0, text.index(mark)) + 1
        parts.append(text[:start])
        text = text[start:]
    parts.append(text)
    pieces = [code_of(cell, source=part.strip("\n")) for part in parts]
    pieces[0].id = cell.id
    if not metadata:
        for piece in pieces[1:]:
            piece.metadata = nbformat.NotebookNode()
    notebook.cells[at : at + 1] = pieces


def retype(cell, cell_type):
    """Change a cell's type as an editor does."""
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.update(outputs=[], execution_count=None)


def strip(notebook, ids=True, metadata=True):
    """A notebook of which only types and texts are left."""
    for number, cell in enumerate(notebook.cells):
        if metadata:
            cell.metadata = nbformat.NotebookNode()
        if ids:
            cell.id = f"other-{number}"


def colab(notebook, keep=("nbgrader",)):
    """As Colab saves a notebook."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        metadata = {key: cell.metadata[key] for key in keep if key in cell.metadata}
        metadata |= {"id": f"{number:06}aBcDeF", "colab": {"base_uri": "https://localhost:8080/"}}
        lines = cell.source.splitlines(keepends=True)
        raw = {"cell_type": cell.cell_type, "source": lines, "metadata": metadata}
        if cell.cell_type == "code":
            metadata["outputId"] = "5f3c-11"
            raw |= {"execution_count": number, "outputs": []}
        cells.append(raw)
    metadata = {
        "accelerator": "GPU",
        "colab": {"provenance": [], "gpuType": "T4"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": cells}
