"""What grading stores of a submission runs nowhere; what was handed in stays as it is."""

import json
from urllib.parse import quote

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.rendering import harmless

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]
SHOWN = {"text/plain", "text/html", "text/latex", "image/png", "image/jpeg"}


@pytest.fixture
def hostile(page_course, payloads):
    """A solved notebook with all texts, and code that shows all outputs."""
    notebook = page_course.solved()
    for payload in payloads:
        cell = payload.cell
        if cell is None or payload.kind == "invalid":
            continue
        if cell.cell_type == "markdown":
            notebook.cells.append(cell)
            continue
        (output,) = cell.outputs
        if output.output_type == "display_data":
            shown = quote(json.dumps([output.data, output.metadata]))
            code = (
                "import json, urllib.parse\nfrom IPython.display import display\n"
                f"data, about = json.loads(urllib.parse.unquote('{shown}'))\n"
                "display(data, metadata=about, raw=True)"
            )
            notebook.cells.append(new_code_cell(code, id=cell.id))
    return notebook


def test_a_graded_notebook_holds_nothing_that_runs(page_course, hostile, toy, stock_page, tags_of):
    course = page_course
    course.submit("mina", hostile)
    handed_in = course.root / "submitted" / "mina" / toy.lab / f"{toy.lab}.ipynb"
    before = handed_in.read_bytes()
    course.run("autograde", toy.lab)
    assert handed_in.read_bytes() == before
    assert course.grades("mina")["test-1-1"] == (4.0, False)
    path = course.root / "autograded" / "mina" / toy.lab / f"{toy.lab}.ipynb"
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    shown = 0
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            assert set(output.get("data", {})) <= SHOWN
            shown += 1
    assert shown >= 25
    (result,) = toy.named(stored, "test-1-1").outputs
    assert "1-1: 4 / 4" in result.data["text/plain"]
    body = stock_page(stored, "basic")
    for tag, attributes in tags_of(body):
        assert tag not in ("script", "iframe", "object", "embed", "form", "svg", "style", "base")
        assert not [name for name in attributes if name.startswith("on")]
    assert body.count('class="grader-result') == 1


def test_every_output_of_the_payloads_is_harmless(payloads, assert_page_is_harmless):
    for payload in payloads:
        for output in payload.cell.get("outputs", []) if payload.cell else []:
            found = harmless(output)
            assert set(found.get("data", {})) <= SHOWN, payload.name
            assert_page_is_harmless(found.get("data", {}).get("text/html", ""))
