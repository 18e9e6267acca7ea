"""What is written into a locked cell is not lost, and the cell is as it was handed out."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.repair import repair
from autograder.repair.locked_cells import written_in

TEST = {"nbgrader": {"grade": True, "grade_id": "test-1-1", "solution": False, "locked": True}}


def sources(cells):
    return [cell.source for cell in cells]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("A = 1\nB = 2", [], []),
        ("A = 1\nB = 2\n\nC = 3\n", [], ["C = 3"]),
        ("import os\nA = 1\nB = 2  \nC = 3", ["import os"], ["C = 3"]),
        ("\n\nA = 1\nB = 2\n\n", [], []),
    ],
)
def test_code_around_the_released_text_stays_around_it(text, before, after):
    kept = written_in(new_code_cell("A = 1\nB = 2"), new_code_cell(text))
    assert tuple(map(sources, kept)) == (before, after)


@pytest.mark.parametrize("text", ["A = 7\nB = 2", "A = 1\nx = 3\nB = 2", "", "B = 2\nA = 1"])
def test_of_a_text_that_was_changed_itself_nothing_is_taken(text):
    assert written_in(new_code_cell("A = 1\nB = 2"), new_code_cell(text)) is None


@pytest.mark.parametrize("text", ["# 4 points\neps = 1e-8", "eps = 1e-8\n# 4 points", "eps = 1e-8"])
def test_what_stands_in_the_cell_of_a_hidden_test_goes_before_it(text):
    wanted = new_code_cell("# 4 points", metadata=TEST)
    assert tuple(map(sources, written_in(wanted, new_code_cell(text)))) == (["eps = 1e-8"], [])


def test_prose_is_no_code():
    assert written_in(new_code_cell("# 4 points"), new_markdown_cell("# 4 points\nnotes")) is None
    assert written_in(new_markdown_cell("a"), new_markdown_cell("a\nb")) is None


def test_a_constant_of_an_answer_in_a_test_cell_is_there_when_it_is_tested(
    solved, release, toy
):
    toy.named(solved, "test-1-1").source += "\nFACTOR = 2"
    notebook, changes = repair(solved, release)
    texts = sources(notebook.cells)
    assert texts.index("FACTOR = 2") + 1 == texts.index(toy.named(release, "test-1-1").source)
    assert [change.kind for change in changes] == ["written in"]
    assert repair(notebook, release) == (notebook, [])
