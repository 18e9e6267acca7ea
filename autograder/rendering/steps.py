"""Making notebooks harmless as steps: once when they are stored, once when they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Bool

from autograder.notebooks import RELEASED, give_ids, is_graded_code
from autograder.rendering.allowed import clean
from autograder.rendering.formulas import with_formulas
from autograder.rendering.markdown import LONGEST, as_typed, one_block, without_html
from autograder.rendering.outputs import count, harmless

_LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
#: In nbgrader's resources for the formgrader: put into its page as they are.
_NAMES = ("student", "first_name", "last_name", "notebook_path")
#: What comes behind so much Markdown is stored as it was typed; a lab has 13,000 characters.
_MOST_MARKDOWN = 100_000


class Defuse(Preprocessor):
    """Before the end of ``Autograde.autograde_preprocessors``: nothing that is stored runs.

    It stands after the scores were read and before `autograder.marks.feedback.ShowResults`.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean outputs, metadata, and texts that are more than Markdown."""
        folder, left = _folder(resources), _MOST_MARKDOWN
        _clean_metadata(nb)
        give_ids(nb.cells)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count = count(cell.get("execution_count"))
                if not is_graded_code(cell):  # the next step shows the result of these
                    cell.outputs = [harmless(output) for output in cell.outputs]
            elif cell.cell_type == "raw":  # nbconvert shows it as HTML
                cell.source = clean(cell.source, beside=folder)
            elif (left := left - min(len(cell.source), LONGEST)) < 0:
                cell.source = one_block(as_typed(cell.source))
                cell.pop("attachments", None)
            elif (text := without_html(cell.source, cell.get("attachments"), folder)) is not None:
                cell.source = text
                cell.pop("attachments", None)  # what is shown of them is in the text now
        return nb, resources


class HarmlessPage(Preprocessor):
    """For each page that nbconvert makes of a graded notebook: in the formgrader, of feedback."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean outputs and metadata; `markdown2html` cleans the texts when they are HTML."""
        _clean_metadata(nb)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count = count(cell.get("execution_count"))
                own = is_graded_code(cell)
                cell.outputs = [_shown(output, own) for output in cell.outputs]
        for name in _NAMES:
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        return nb, resources


def _shown(output: Mapping[str, Any], own: bool) -> NotebookNode:
    """An output for a page: clean, with formulas; the grader's own table keeps its looks."""
    data = output.get("data")
    table = data.get("text/html") if own and isinstance(data, Mapping) else None
    found = harmless(output)
    if "data" not in found:
        return found
    if isinstance(table, str):
        found.data["text/html"] = clean(table, own=True)
    elif "text/html" in found.data:
        found.data["text/html"] = with_formulas(found.data["text/html"])
    elif "text/latex" in found.data:
        found.data["text/html"] = with_formulas(escape(found.data["text/latex"], quote=False))
    return found


def _clean_metadata(nb: NotebookNode) -> None:
    """Keep the kernel's name and how it was released: titles, widgets and the like are shown."""
    kernel, released = nb.metadata.get("kernelspec"), nb.metadata.get(RELEASED)
    nb.metadata = NotebookNode(language_info=NotebookNode(_LANGUAGE))
    if isinstance(kernel, Mapping):
        texts = {key: value for key, value in kernel.items() if isinstance(value, str)}
        nb.metadata.kernelspec = NotebookNode(texts)
    if isinstance(released, Mapping):
        nb.metadata[RELEASED] = released


def _folder(resources: Mapping[str, Any]) -> Path | None:
    path = resources.get("metadata", {}).get("path")
    return Path(path) if path else None
