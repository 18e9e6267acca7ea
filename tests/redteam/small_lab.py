"""The small lab with torch that hostile and unusual submissions are of, and how they are made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "small"
POINTS = {"2-1": 3.0, "4-1": 5.0}
EVERYTHING: Mapping[str, float] = dict(POINTS)
WRONG = """\
def softmax_with_temperature(logits, T):
    return logits * T
"""
RIGHT = """\
def softmax_with_temperature(logits, T):
    return F.softmax(logits / T, dim=1)
"""
MSE = """\
def mse(x, y):
    return ((x - y) ** 2).mean()
"""
CANARY = "kdlab-canary"  # in everything that a submission must not see
HIDDEN = """\
# {0}
### BEGIN HIDDEN TESTS
# {1}
from autograder.checks import grade
grade("{0}")
### END HIDDEN TESTS"""


@dataclass(frozen=True)
class Submission:
    """One submission of the small lab.

    Attributes
    ----------
    name, group : str
        What it is called, and which table of the red team it belongs to.
    kind, place : str
        What it does, and with which part of a submission.
    cells : mapping of str to str
        Sources by place: ``first``, ``2-1``, ``4-1`` and ``last``.
    points : mapping or None
        What it must get; None: it cannot be graded, and is named.
    change : callable, optional
        Changes the notebook further, or gives the text or bytes to hand in instead.
    files : callable, optional
        Puts files beside the notebook.
    dangerous : bool
        Whether it would harm a machine on which it runs without a sandbox.
    flagged : bool
        Whether it may get more than its points, if a person is told to look at it.
    """

    name: str
    group: str
    kind: str
    place: str
    cells: Mapping[str, str]
    points: Mapping[str, float] | None
    change: Callable[[NotebookNode], object] | None = None
    files: Callable[[Path], object] | None = None
    dangerous: bool = False
    flagged: bool = False


def apart(where: str) -> tuple[str, str]:
    """Kind and place of ``"kind @ place"``."""
    kind, _, place = where.partition(" @ ")
    if not kind or not place:
        raise ValueError(f"{where!r} is not 'kind @ place'.")
    return kind, place


def instructor_notebook() -> NotebookNode:
    """The small lab as an instructor writes it, with its hidden tests."""
    cells = [
        new_markdown_cell("# A small lab", id="title"),
        new_code_cell("import torch, kdlab\nfrom torch.nn import functional as F", id="setup"),
    ]
    for name, source in (("2-1", RIGHT), ("4-1", MSE)):
        cells.append(_graded(new_code_cell(_fenced(source), id=f"s{name}"), name))
        test = new_code_cell(HIDDEN.format(name, CANARY), id=f"t{name}")
        cells.append(_graded(test, f"test-{name}", POINTS[name]))
    cells.append(new_markdown_cell("Why is softness of use?", id="question"))
    cells.append(_graded(new_markdown_cell(f"{CANARY}: it shows more.", id="s2-w"), "2-w", 2))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _fenced(source: str) -> str:
    head, body = source.strip().split("\n", 1)
    fence = "    ##### YOUR CODE {} HERE #####"
    return "\n".join([head, fence.format("STARTS"), body, fence.format("ENDS")])


def _graded(cell: NotebookNode, name: str, points: float | None = None) -> NotebookNode:
    test = name.startswith("test-")
    cell.metadata["nbgrader"] = {
        "grade": points is not None, "solution": not test, "locked": test, "task": False,
        "schema_version": 3, "grade_id": name, "cell_type": cell.cell_type,
        **({} if points is None else {"points": points}),
    }  # fmt: skip
    return cell


def named(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )


def hand_in(case: Submission, release: NotebookNode, folder: Path, mark: str, root: Path) -> None:
    """Write the files of a submission into a folder.

    Parameters
    ----------
    release : NotebookNode
        The student's notebook; it is changed.
    mark : str
        Seconds for which the submission's daemons sleep, by which they are found.
    root : Path
        The course's folder.
    """
    notebook = release
    for name in POINTS:
        named(notebook, name).source = case.cells[name].strip()
    named(notebook, "2-w").source = "By definition."
    for name, at in (("first", 2), ("last", len(notebook.cells) + 1)):
        source = case.cells[name].strip().replace("{root}", str(root)).replace("{mark}", mark)
        if source:
            notebook.cells.insert(at, new_code_cell(source, id=name))
    written = case.change(notebook) if case.change else None
    folder.mkdir(parents=True)
    if case.files:
        case.files(folder)
    if written is None:
        written = json.dumps(notebook)
    path = folder / f"{NAME}.ipynb"
    path.write_bytes(written if isinstance(written, bytes) else str(written).encode())


def honest(number: int, release: NotebookNode) -> str:
    """A right submission that is like no other: a neighbour of those that are not."""
    named(release, "2-1").source = f"{RIGHT}\n# {number}"
    named(release, "4-1").source = MSE
    named(release, "2-w").source = "By definition."
    return str(nbformat.writes(release))
