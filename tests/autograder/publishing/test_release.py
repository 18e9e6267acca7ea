"""One source, the same student notebook each time: by nbgrader's command and without it."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell

import kdlab
from autograder.cli import main
from autograder.publishing import (
    ReleaseError,
    differences,
    release_notebook,
    release_text,
    write_release,
)
from autograder.publishing.steps import PROMPTS, read_address

ROOT = Path(__file__).resolve().parents[3]

COURSE = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n[tool.kdlab]\n'


def sources(notebook):
    return [cell.source for cell in notebook.cells]


@pytest.mark.slow
def test_nbgraders_command_writes_the_same_bytes(released_course):
    course = released_course
    assert course.release.read_text("utf-8") == release_text(course.source)


@pytest.mark.slow
def test_nbgraders_command_takes_the_language_from_the_environment(course, toy):
    course.run("generate_assignment", toy.lab, AUTOGRADER_RELEASE_LANGUAGE="ko")
    assert course.release.read_text("utf-8") == release_text(course.source, "ko")


def test_solutions_hidden_tests_and_the_instructors_cells_are_gone(course, toy):
    text = release_text(course.source)
    for secret in (
        "x * x",
        "squared_number",
        "toy_checks",
        "123454321",
        "HIDDEN",
        "forty",
        "for me",
    ):
        assert secret not in text
    released = release_notebook(course.source)
    assert "# multiply x by itself" in toy.named(released, "1-1").source
    assert toy.named(released, "test-1-1").source == "# 1-1 · 4 points / 4점"


def test_what_an_editor_left_in_the_source_does_not_show(course):
    text = release_text(course.source)
    notebook = nbformat.read(course.source, as_version=4)
    for cell in notebook.cells:
        cell.metadata["execution"] = {"iopub.execute_input": "2026"}
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="seen")]
    notebook.metadata["widgets"] = {"state": 1}
    nbformat.write(notebook, course.source)
    assert release_text(course.source) == text


def test_cells_without_ids_get_the_same_ones_each_time(course):
    raw = json.loads(course.source.read_text("utf-8"))
    for cell in raw["cells"]:
        del cell["id"]
    raw["nbformat_minor"] = 4
    course.source.write_text(json.dumps(raw), "utf-8")
    first, second = release_notebook(course.source), release_notebook(course.source)
    assert [cell.id for cell in first.cells] == [cell.id for cell in second.cells]
    assert len({cell.id for cell in first.cells}) == len(first.cells)


@pytest.mark.parametrize(
    ("language", "kept", "dropped"), [("ko", "제곱", "Squares"), ("en", "Squares", "제곱")]
)
def test_a_release_in_one_language_drops_the_other(course, toy, language, kept, dropped):
    released = release_notebook(course.source, language)
    assert kept in sources(released)
    assert dropped not in sources(released)
    assert any(source.startswith(f'LANGUAGE = "{language}"\n') for source in sources(released))
    assert released.metadata.labkit == {"language": language}
    assert toy.named(released, "1-w").source == PROMPTS[language]


def test_a_release_in_both_languages_has_both(course, toy):
    released = release_notebook(course.source)
    assert {"제곱", "Squares"} <= set(sources(released))
    assert all(prompt in toy.named(released, "1-w").source for prompt in PROMPTS.values())


def test_the_badge_is_made_from_the_projects_address(course):
    file = course.root / "pyproject.toml"
    file.write_text(COURSE + 'repository = "snu/kd"\nbranch = "spring"\n', "utf-8")
    assert "https://example.org/snu/kd/blob/spring/labs/a.ipynb" in release_text(course.source)


def test_a_missing_address_says_where_it_was_looked_for(tmp_path):
    subject, _, _ = COURSE.partition("[tool.kdlab]")
    (tmp_path / "pyproject.toml").write_text(subject, "utf-8")
    with pytest.raises(ReleaseError, match=r"\[tool.kdlab\]"):
        read_address(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n", "utf-8")
    with pytest.raises(ReleaseError, match=r"\[tool.autograder\]"):
        read_address(tmp_path)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("1-1", {"source": "def square(x):\n    return x * x"}, "cell 1-1: no '#####"),
        ("test-1-1", {"source": "# 1-1\nsquare(2)"}, r"cell test-1-1: graded, but no grade\("),
    ],
)
def test_a_source_that_cannot_be_released_is_named(course, toy, name, change, message):
    notebook = toy.notebook()
    toy.named(notebook, name).update(change)
    nbformat.write(notebook, course.source)
    with pytest.raises(ReleaseError, match=message) as caught:
        release_notebook(course.source)
    assert str(course.source) in str(caught.value)


def test_a_fence_in_an_ordinary_cell_is_an_error(course, toy):
    notebook = toy.notebook()
    notebook.cells.append(new_code_cell(toy.solution, id="stray"))
    nbformat.write(notebook, course.source)
    with pytest.raises(ReleaseError, match="number 10 has a fence"):
        release_notebook(course.source)


def test_a_misspelt_language_tag_is_an_error(course, toy):
    notebook = toy.notebook()
    notebook.cells[1].metadata["tags"] = ["lang-kr"]
    nbformat.write(notebook, course.source)
    with pytest.raises(ReleaseError, match="cell 2: tag 'lang-kr'"):
        release_notebook(course.source)


class TestInStep:
    """The committed student notebooks against their source."""

    def test_what_was_just_written_is_in_step(self, course):
        solutions, labs = course.root / "solutions", course.root / "labs"
        (course.source.parent / "picture.svg").write_text("<svg/>", "utf-8")
        assert write_release(solutions, labs) == [course.release]
        assert differences(solutions, labs) == ""
        assert (course.release.parent / "picture.svg").exists()

    def test_a_changed_cell_shows_as_a_unified_diff_of_its_text(self, course):
        solutions, labs = course.root / "solutions", course.root / "labs"
        write_release(solutions, labs)
        text = course.release.read_text("utf-8").replace("a visible check", "an old check")
        course.release.write_text(text, "utf-8")
        diff = differences(solutions, labs)
        assert "-print('an old check')" in diff
        assert "+print('a visible check')" in diff
        assert "--- code check" in diff

    def test_changed_metadata_shows_too(self, course):
        solutions, labs = course.root / "solutions", course.root / "labs"
        write_release(solutions, labs)
        text = course.release.read_text("utf-8").replace('"points": 4', '"points": 5')
        course.release.write_text(text, "utf-8")
        assert '-     "points": 5,' in differences(solutions, labs)

    def test_missing_and_stray_notebooks_show(self, course):
        solutions, labs = course.root / "solutions", course.root / "labs"
        stray = labs / "lab9" / "lab9.ipynb"
        stray.parent.mkdir(parents=True)
        stray.write_text("{}", "utf-8")
        diff = differences(solutions, labs)
        assert "+def square(x):" in diff
        assert "lab9.ipynb: has no source" in diff

    def test_the_command_writes_checks_and_fails(self, course, monkeypatch):
        monkeypatch.chdir(course.root)
        run = CliRunner().invoke
        assert run(main, ["release", "--check"]).exit_code == 1
        assert "wrote labs" in run(main, ["release"]).output
        assert run(main, ["release", "--check"]).exit_code == 0
        assert "make release" in run(main, ["release", "--check", "--language", "ko"]).output
        course.source.unlink()
        assert "no notebook in solutions" in run(main, ["release"]).output


def test_the_wheels_name_has_the_version_of_kdlab(tmp_path):
    (tmp_path / "pyproject.toml").write_text(COURSE + 'branch = "main"\n', "utf-8")
    assert read_address(tmp_path)["wheel"] == f"kdlab-{kdlab.__version__}-py3-none-any.whl"


def test_releasing_does_not_wait_for_torch():
    code = "import sys, autograder.publishing, autograder.classrun; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "False\n", done.stderr
