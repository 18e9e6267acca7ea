"""The version of the students' library, here and in a notebook that was handed in."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

import kdlab
from autograder.errors import GraderError
from autograder.library import version_in, version_of
from autograder.repair.changes import note
from autograder.repair.steps import Repair, other_version


def printed(*texts):
    outputs = [new_output("stream", text=text) for text in texts]
    return new_notebook(cells=[new_markdown_cell("kdlab 9.9.9"), new_code_cell(outputs=outputs)])


BLOCK = "  versions   Python 3.12.1, torch 2.6.0, torchvision 0.21.0, kdlab {}\n  device  CPU\n"


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "1.2", "2.0.0rc1", "0.1.0.1"])
def test_what_the_first_cell_printed_is_the_version(version):
    assert version_in(printed(BLOCK.format(version)), "kdlab") == version


def test_the_last_one_counts_and_other_libraries_do_not():
    found = printed(BLOCK.format("0.0.8"), "mykdlab 3.3.3 kdlab2 4.4.4", BLOCK.format("0.0.9"))
    assert version_in(found, "kdlab") == "0.0.9"
    assert version_in(found, "torch") == "2.6.0"


@pytest.mark.parametrize(
    "text", ["", "kdlab", "kdlab v1", "kdlab 1", "kdlab 1.0.0/../x", "kdlab 1.0<b>.1.1.1.1.1",
             "kdlab 123456.1.0", "kdlab 1." + "0" * 99],
)  # fmt: skip
def test_what_is_no_version_is_none(text):
    assert version_in(printed(text), "kdlab") in ("", "1.0.0", "1.0")


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=4))
def test_no_output_of_a_stranger_stops_it(text):
    notebook = printed("")
    notebook.cells[1].outputs[0]["text"] = text
    found = version_in(notebook, "kdlab")
    assert len(found) < 40 and found.isascii()


def test_the_version_here_is_read_and_not_imported(tmp_path, monkeypatch):
    assert version_of("kdlab") == kdlab.__version__
    package = tmp_path / "somelib"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(GraderError, match="no __version__"):
        version_of("somelib")
    assert other_version(printed("somelib 1.0"), "somelib") == []
    (package / "version.py").write_text('__version__ = "1.1"\n')
    (change,) = other_version(printed("somelib 1.0"), "somelib")
    assert str(change) == "the notebook was run with somelib 1.0; it is graded with somelib 1.1"
    assert "somelib" not in sys.modules


def test_the_student_is_told_in_both_languages_and_only_if_it_differs():
    (change,) = other_version(printed(BLOCK.format("0.0.9")), "kdlab")
    text = note([change], "both").source
    assert f"버전은 `kdlab 0.0.9`이고, 채점한 버전은 `kdlab {kdlab.__version__}`입니다." in text
    assert f"run with `kdlab 0.0.9`. It is graded with `kdlab {kdlab.__version__}`." in text
    assert other_version(printed(BLOCK.format(kdlab.__version__)), "kdlab") == []
    assert other_version(printed("nothing"), "kdlab") == []
    assert other_version(printed("kdlab 0.0.9"), "") == []


@pytest.mark.slow
def test_grading_says_it_on_top_of_the_notebook(released_course, toy):
    """The course's subject names the library: nothing else of it is known here."""
    config = Config()
    config.CourseDirectory.root = str(released_course.root)
    config.CourseDirectory.release_directory = "labs"
    for version, is_told in (("0.0.9", True), (kdlab.__version__, False)):
        notebook = released_course.solved()
        (setup,) = (cell for cell in notebook.cells if cell.id == "setup")
        setup.outputs = [new_output("stream", text=BLOCK.format(version))]
        where = {"assignment": toy.lab, "notebook": toy.lab}
        found, _ = Repair(config=config).preprocess(notebook, {"nbgrader": where})
        assert ("It is graded with" in found.cells[0].source) == is_told
