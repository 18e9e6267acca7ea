"""Notebooks that try to run something in the browser of whoever reads them.

Each is one change of an executed notebook. `RUN` is JavaScript without double quotes: it writes a
file through the Jupyter server that is open, and leaves marks in the page.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell

_SCRIPT = """\
top.pwned = window.event && event.target.outerHTML || location.href; top.document.title = 'pwned';
var request = new XMLHttpRequest();
request.open('PUT', '/api/contents/pwned.txt', false);
request.setRequestHeader('Content-Type', 'application/json');
request.setRequestHeader('X-XSRFToken', (document.cookie.match(/_xsrf=([^;]+)/) || [])[1] || '');
request.send(JSON.stringify({type: 'file', format: 'text', content: 'by a stranger'}));
"""
RUN = f"eval(atob('{base64.b64encode(_SCRIPT.encode()).decode()}'))"
IMG = f'<img src=x onerror="{RUN}">'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@dataclass(frozen=True)
class Payload:
    """Something that wants to run.

    Attributes
    ----------
    name, kind : str
        What it is, and the class of such things; "invalid" is what nbconvert itself refuses.
    cell : NotebookNode, optional
        A cell of the student's own with it.
    change : callable, optional
        What else does it to a notebook.
    live : bool
        Whether it runs by itself in a page of nbconvert as it comes: the test would see it.
    names : dict of str to str
        What the gradebook knows of the student.
    """

    name: str
    kind: str
    cell: NotebookNode | None = None
    change: Callable[[NotebookNode], None] | None = None
    live: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def put(self, notebook: NotebookNode) -> None:
        """Do it to a notebook."""
        if self.change:
            self.change(notebook)
        elif self.cell:
            notebook.cells.append(copy.deepcopy(self.cell))


PAYLOADS: list[Payload] = []


def named(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )


def text(
    name: str, kind: str, source: str, /, live: bool = False, **attachments: Any
) -> None:
    """A payload in a text."""
    cell = new_markdown_cell(source, id=name)
    if attachments:
        cell.attachments = from_dict(attachments)
    PAYLOADS.append(Payload(name, kind, cell, None, live))


def output(name: str, kind: str, /, live: bool = False, **parts: Any) -> None:
    """A payload in an output of the student's code."""
    cell = new_code_cell("1", id=name)
    whole = {"output_type": "display_data", **parts}
    if whole["output_type"] in ("display_data", "execute_result"):
        whole = {"metadata": {}, **whole}
    cell.outputs = [from_dict(whole)]
    PAYLOADS.append(Payload(name, kind, cell, None, live))


def data(
    name: str, kind: str, mime: str, content: Any, /, live: bool = False, **about: Any
) -> None:
    """A payload in an output of one type."""
    output(name, kind, live, data={mime: content}, metadata={mime: about} if about else {})


def notebook(name: str, kind: str, /, live: bool = False, **names: str) -> Callable[..., Any]:
    """Decorator: a payload anywhere else."""

    def register(change: Callable[[NotebookNode], None]) -> Callable[[NotebookNode], None]:
        PAYLOADS.append(Payload(name, kind, None, change, live, names))
        return change

    return register
