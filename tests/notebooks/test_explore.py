"""The sources of the ungraded notebooks, and the command that makes the students' from them."""

import re
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.cli import main
from autograder.notebooks import tags
from autograder.publishing import explore
from autograder.publishing.explore import ExploreError, sources, with_outputs

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("explore_features", "explore_relations", "explore_response", "explore_schemes")
COURSE = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n[tool.kdlab]\n'
HANGUL = re.compile(r"[가-힣]")


def test_there_is_one_notebook_for_each_kind():
    assert tuple(path.stem for path in sources(ROOT / "solutions")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_language_has_the_other_beside_it(name):
    notebook = nbformat.read(
        ROOT / "solutions" / "explore" / name / f"{name}.ipynb", as_version=4
    )
    tongues = [tag for cell in notebook.cells for tag in tags(cell) if tag.startswith("lang-")]
    assert tongues and tongues == ["lang-ko", "lang-en"] * (len(tongues) // 2)
    for cell in notebook.cells:
        korean = bool(HANGUL.search(re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)))
        if "lang-ko" in tags(cell):
            assert korean
        elif "lang-en" in tags(cell):
            assert not korean
        elif cell.cell_type == "markdown":
            assert korean and re.search(r"[A-Za-z]{3}", cell.source)


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    """A notebook of two languages with a progress bar, and a project around it."""
    (tmp_path / "pyproject.toml").write_text(COURSE + 'repository = "we/lab"\n')
    folder = tmp_path / "solutions" / "explore" / "toy"
    folder.mkdir(parents=True)
    cells = [
        new_markdown_cell("한국어 {{repository}}", metadata={"tags": ["lang-ko"]}, id="ko"),
        new_markdown_cell("English {{repository}}", metadata={"tags": ["lang-en"]}, id="en"),
        new_code_cell('print("10 %\\r100 %")\n1 + 1', id="sum"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "toy.ipynb")
    return tmp_path


def call(course, *options):
    where = ["--solutions", str(course / "solutions"), "--labs", str(course / "labs")]
    return CliRunner().invoke(main, ["explore", *where, *options])


@pytest.fixture
def executed(monkeypatch):
    """Which notebooks were executed; their outputs tell one run from another."""
    runs = []

    def execute(notebook, folder):
        runs.append(folder.name)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [new_output("stream", text=f"run {len(runs)}\n")]
        return notebook

    monkeypatch.setattr(explore, "with_outputs", execute)
    return runs


def change(path, before, after):
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


def stored(course):
    return nbformat.read(course / "labs" / "explore" / "toy" / "toy.ipynb", as_version=4)


@pytest.mark.parametrize("place", ["pyproject.toml", "solutions/explore/toy/toy.ipynb"])
def test_outputs_are_kept_where_only_prose_or_the_address_changed(course, executed, place):
    call(course)
    change(course / place, "we/lab" if place == "pyproject.toml" else "English", "Changed")
    assert call(course, "--check").exit_code == 1
    assert call(course).exit_code == 0
    assert "Changed" in stored(course).cells[1].source
    assert executed == ["toy"] and stored(course).cells[2].outputs[0].text == "run 1\n"
    assert call(course, "--check").exit_code == 0


def test_changed_code_and_named_notebooks_are_executed(course, executed):
    call(course)
    change(course / "solutions/explore/toy/toy.ipynb", "1 + 1", "1 + 2")
    assert "+--- outputs of" in call(course, "--check").output
    call(course)
    assert stored(course).cells[2].outputs[0].text == "run 2\n"
    call(course, "toy")
    assert executed == ["toy"] * 3 and stored(course).cells[2].outputs[0].text == "run 3\n"


def test_outputs_that_do_not_belong_to_the_code_are_seen(course, executed):
    """As when somebody copies a code cell by hand into labs/."""
    call(course)
    for folder in ("solutions", "labs"):
        change(course / folder / "explore" / "toy" / "toy.ipynb", "1 + 1", "1 + 2")
    assert "outputs of" in call(course, "--check").output


@pytest.mark.slow
def test_it_executes_and_writes(course):
    assert call(course, "--check").exit_code == 1
    assert call(course, "--language", "en").exit_code == 0
    made = stored(course)
    assert [cell.id for cell in made.cells] == ["en", "sum"]
    assert made.cells[0].source == "English we/lab"
    printed, result = made.cells[1].outputs
    assert printed.text == "100 %\n" and result.data["text/plain"] == "2"
    assert call(course, "--check", "--language", "en").exit_code == 0
    assert "+--- markdown ko" in call(course, "--check").output


def test_an_unknown_name_is_said(course):
    with pytest.raises(ExploreError, match="there are: toy"):
        sources(course / "solutions", ("tay",))
    assert "tay" in call(course, "tay").output


@pytest.mark.slow
def test_an_error_in_a_cell_stops_it(tmp_path):
    with pytest.raises(Exception, match="ZeroDivisionError"):
        with_outputs(new_notebook(cells=[new_code_cell("1 / 0")]), tmp_path)
