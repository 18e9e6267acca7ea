"""Only the outputs that are compared stay in the solutions."""

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.cli import main
from autograder.publishing.marked_outputs import keep_marked

MARKED = "# NBVAL_CHECK_OUTPUT\nprint(1 + 1)\n3"


def test_only_marked_cells_keep_their_outputs():
    output = new_output("execute_result", data={"text/plain": "3"}, execution_count=77)
    cells = [
        new_markdown_cell("text"),
        new_code_cell("1", outputs=[output], execution_count=5, metadata={"execution": {}}),
        new_code_cell(MARKED, outputs=[output], execution_count=77),
    ]
    _, plain, marked = keep_marked(new_notebook(cells=cells)).cells
    assert (plain.outputs, plain.execution_count, plain.metadata) == ([], None, {})
    assert (marked.execution_count, marked.outputs[0].execution_count) == (3, 3)
    nbformat.validate(new_notebook(cells=[plain, marked]))


@pytest.mark.slow
def test_the_command_executes_and_writes(tmp_path):
    path = tmp_path / "toy" / "toy.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(MARKED), new_code_cell("2")]), path)
    done = CliRunner().invoke(main, ["outputs", "toy", "--solutions", str(tmp_path)])
    assert done.exit_code == 0, done.output
    marked, plain = nbformat.read(path, as_version=4).cells
    assert [output.get("text") for output in marked.outputs] == ["2\n", None]
    assert plain.outputs == []


def test_a_lab_that_does_not_exist_is_named(tmp_path):
    (tmp_path / "lab1").mkdir()
    done = CliRunner().invoke(main, ["outputs", "lab9", "--solutions", str(tmp_path)])
    assert done.exit_code == 1 and "lab9" in done.output and "lab1" in done.output
