"""Feedback and the formgrader have a page for every submission that can be graded at all."""

import copy
import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "redteam"))

from broken import BROKEN, Lab, instructor_notebook

from autograder.notebooks import from_json, read_notebook
from autograder.publishing import release_notebook
from autograder.repair import find_notebook, repair

PNG = {"image/png": "iVBORw0KGgo="}
WRITTEN = {
    "a Korean name": ("![](attachment:그림.png)", {"그림.png": PNG}),
    "spaces": ("![](attachment:a b (1).png)", {"a b (1).png": PNG}),
    "percent signs": ("![](attachment:%EA%B7%B8.png)", {"그.png": PNG}),
    "lost": ("![](attachment:lost.png)", {}),
    "lost by reference": ("![a][b]\n\n[b]: attachment:lost.png", {}),
    "of no type": ("![](attachment:a.png)", {"a.png": {}}),
    "nested": ("[" * 9000, {}),
    "formulas": (r"$a<b$ $$\begin{a}" * 90, {}),
}


@pytest.fixture(scope="module")
def lab(toy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    nbformat.write(instructor_notebook(toy.hidden_for), folder / f"{toy.lab}.ipynb")
    return Lab(toy.lab, release_notebook(folder / f"{toy.lab}.ipynb"))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_made_whatever_the_written_answer_is(lab, toy, make_pages, name):
    notebook = copy.deepcopy(lab.release)
    text, pictures = WRITTEN[name]
    for cell in (toy.named(notebook, "1-w"), new_markdown_cell(id="own")):
        cell.source, cell.attachments = text, nbformat.from_dict(pictures)
        if cell.id == "own":
            notebook.cells.insert(0, cell)
    repaired, _ = repair(from_json(json.loads(json.dumps(notebook))), lab.release)
    for page in make_pages(repaired):
        assert "attachment:" not in page
        assert page.count("base64,iVBORw0KGgo=") == 2 * bool(any(pictures.values()))


@pytest.mark.slow
def test_both_pages_are_made_of_every_broken_submission(lab, make_pages, tmp_path):
    """What they have beside the release, all in one notebook; singly only where that fails."""
    given = {cell.source for cell in lab.release.cells}
    cells = []
    for case in BROKEN:
        if case.points is not None:
            case.write(lab, tmp_path / case.name)
            found = find_notebook(tmp_path / case.name, f"{lab.name}.ipynb", lab.release)
            notebook, _ = repair(read_notebook(found.path), lab.release)
            cells += [cell for cell in notebook.cells if cell.source not in given]
            given |= {cell.source for cell in cells}
    assert len(cells) > 20
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    assert all("</html>" in page for page in make_pages(new_notebook(cells=cells)))
