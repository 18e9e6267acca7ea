"""Graded cells in the grader, the course's secret, and what is kept of outputs."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import GraderError
from autograder.execution.budget import Budget
from autograder.execution.graded_cells import run_graded
from autograder.results.secret import course_secret, digest_of, seed_of
from labkit.judge.case import Fault


class Submission:
    """A submission with one function."""

    seed, test_seed = 1, 2

    def call(self, name, *arguments, **keywords):
        return arguments[0] ** 2 if name == "square" else Fault("undefined", {"names": name})


def test_a_graded_cell_calls_the_submissions_functions_as_its_own():
    output = run_graded("x = 3\nsquare(x) + len('ab')", Submission())
    assert output.output_type == "execute_result"
    assert output.data["text/plain"] == "11"


def test_names_inside_functions_of_a_cell_are_its_own():
    source = "def wanted(x):\n    return float(x) ** 2\nsquare(3) == wanted(3)"
    assert run_graded(source, Submission()).data["text/plain"] == "True"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("assert square(3) == 10, 'not the square'", "AssertionError"),
        ("cube(3)", "StudentCodeError"),
        ("raise ValueError('the test itself')", "ValueError"),
    ],
)
def test_errors_are_outputs(source, name):
    output = run_graded(source, Submission())
    assert (output.output_type, output.ename) == ("error", name)
    assert output.traceback == []


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_COURSE_SECRET", raising=False)
    first = course_secret(tmp_path)
    assert first == course_secret(tmp_path)
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / ".course-secret").stat().st_mode) == 0o600
    another = tmp_path / "another-course"
    another.mkdir()
    assert course_secret(another) != first


def test_a_secret_under_another_courses_name_is_not_overlooked(tmp_path, monkeypatch):
    """With a new secret, all hidden inputs would be others."""
    monkeypatch.setenv("KDLAB_COURSE_SECRET", "x" * 40)
    with pytest.raises(GraderError, match="KDLAB_COURSE_SECRET is called AUTOGRADER_COURSE_SECRET"):
        course_secret(tmp_path)


def test_a_short_secret_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_COURSE_SECRET", "1234")
    with pytest.raises(GraderError, match="16"):
        course_secret(tmp_path)


@given(st.binary(min_size=16), st.text(), st.text())
def test_seeds_are_numbers_that_depend_on_everything(secret, one, other):
    assert 0 <= seed_of(secret, one, other) < 2**31 - 1
    assert seed_of(secret, one, other) == seed_of(secret, one, other)
    if one != other:
        assert seed_of(secret, one) != seed_of(secret, other)
    assert seed_of(secret, one) != seed_of(secret + b"x", one)


def test_the_digest_is_of_what_a_notebook_says():
    def notebook(source, **more):
        return new_notebook(cells=[new_code_cell(source, id="a", **more)])

    same = notebook("x", metadata={"collapsed": True}, execution_count=3)
    assert digest_of(notebook("x"), {}) == digest_of(same, {})
    assert digest_of(notebook("x"), {}) != digest_of(notebook("y"), {})
    assert digest_of(notebook("x"), {}) != digest_of(notebook("x"), {"a.py": "eA=="})


def test_neither_prose_nor_what_the_release_says_draws_other_inputs(toy):
    """A typo that the instructor corrects must not move grades by chance."""
    before = toy.notebook()
    after = toy.copy(before)
    for cell in after.cells:
        if cell.cell_type == "markdown":
            cell.source += " corrected"
    toy.named(after, "test-1-1").source += "\n# a comment"
    toy.named(after, "test-1-1").metadata.nbgrader.points = 9
    assert digest_of(before, {}) == digest_of(after, {})
    toy.named(after, "1-1").source += "\n# by the student"
    assert digest_of(before, {}) != digest_of(after, {})


def test_outputs_are_kept_up_to_the_limit():
    budget, kept = Budget(100), []
    assert budget.allows(50)
    assert not budget.allows(60)
    for _ in range(3):
        budget.note_cut(kept)
    assert len(kept) == 1
    assert "cut" in kept[0].text
    assert budget.used == 100


def test_it_is_said_once_that_something_could_not_be_read():
    budget, kept = Budget(100), []
    for _ in range(3):
        budget.note_unread(kept)
    assert ["cannot be read" in output.text for output in kept] == [True]


def test_a_budget_that_is_used_up_allows_nothing():
    assert not Budget(-5).allows(1)
    assert Budget(-5).used == 0
