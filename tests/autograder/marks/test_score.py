"""A score is what the checks returned, and nothing else; what is no score is ungraded."""

import math

import pytest
from nbformat.v4 import new_output

from autograder.marks.score import SCORE_TYPE, read_result

CHECK = {
    "id": "value",
    "title": ["값", "value"],
    "share": 0.75,
    "weight": 2,
    "outcome": "incorrect",
    "message": ["아닙니다", "no"],
}


def score(**changes):
    """A score's data, with some of it changed."""
    return {"exercise": "1-1", "checks": [CHECK], **changes}


def result(data):
    return new_output("execute_result", data={"text/plain": "4.0", SCORE_TYPE: data})


def error(name, value="x"):
    return new_output("error", ename=name, evalue=value, traceback=["a hidden line"])


STDERR = new_output("stream", name="stderr", text="a warning")
PRINTED = new_output("stream", name="stdout", text="4.0")
PLAIN = new_output("execute_result", data={"text/plain": "4.0"})
DISPLAYED = new_output("display_data", data={"text/plain": "4.0", SCORE_TYPE: score()})


@pytest.fixture
def graded(toy):
    """A function that gives a graded cell with these outputs."""

    def make(*outputs):
        cell = toy.named(toy.notebook(), "test-1-1")
        cell.outputs = list(outputs)
        return cell

    return make


def test_points_and_messages_come_from_the_score(graded):
    found = read_result(graded(result(score())))
    assert (found.name, found.points, found.max_points) == ("test-1-1", 3.0, 4.0)
    (check,) = found.checks
    assert check.message == ("아닙니다", "no")
    assert check.title.ko == "값"
    assert (check.points, check.max_points, check.is_full) == (3.0, 4.0, False)


@pytest.mark.parametrize("noise", [STDERR, PRINTED, DISPLAYED], ids=["stderr", "print", "display"])
def test_what_else_is_printed_or_shown_changes_nothing(graded, noise):
    assert read_result(graded(noise, result(score()), noise)).points == 3.0


@pytest.mark.parametrize("name", ["CellTimeoutError", "KeyboardInterrupt"])
def test_a_time_out_is_zero_with_a_message(graded, name):
    found = read_result(graded(error(name)))
    assert found.points == 0.0
    assert not found.fault
    assert "time limit" in found.message.en
    assert "제한 시간" in found.message.ko


@pytest.mark.parametrize("name", ["GraderError", "ModuleNotFoundError", "NameError", "SystemExit"])
def test_any_other_error_is_the_graders_fault(graded, name):
    found = read_result(graded(error(name, "the reference is missing")))
    assert found.points is None
    assert found.fault == f"{name}: the reference is missing"


@pytest.mark.parametrize(
    "outputs",
    [(), (PLAIN,), (PRINTED,), (STDERR,), (DISPLAYED,), (result(score()), result(score()))],
    ids=["nothing", "plain", "print", "stderr", "display", "twice"],
)
def test_no_score_or_two_is_ungraded_and_never_full_marks(graded, outputs):
    found = read_result(graded(*outputs))
    assert found.points is None
    assert "expected one" in found.fault


@pytest.mark.parametrize(
    "share", [-1, 1.001, math.nan, math.inf, -math.inf, "1", None, True, [1], 10**400]
)
@pytest.mark.parametrize("field", ["share", "weight"])
def test_shares_and_weights_that_are_none_are_ungraded(graded, field, share):
    if field == "weight" and share == 1.001:
        return  # a weight may be anything
    found = read_result(graded(result(score(checks=[{**CHECK, field: share}]))))
    assert found.points is None
    assert found.fault


@pytest.mark.parametrize("share", [0, 1, 0.0, 1.0, 0.25, 1 / 3])
def test_the_notebook_says_what_a_share_is_worth(graded, share):
    cell = graded(result(score(checks=[{**CHECK, "share": share}])))
    for points in (4, 10, 0.5, 0):
        cell.metadata.nbgrader.points = points
        assert read_result(cell).points == pytest.approx(points * share, abs=1e-6)


def test_checks_share_the_points_by_their_weights(graded):
    right, note = {**CHECK, "share": 1, "weight": 6}, {**CHECK, "share": 0, "weight": 0}
    found = read_result(graded(result(score(checks=[CHECK, right, note]))))
    assert found.points == 4 * (2 * 0.75 + 6) / 8
    assert sum(check.points for check in found.checks) == found.points
    assert [check.max_points for check in found.checks] == [1, 3, 0]
    assert found.worth(8).points == 2 * found.points


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "4.0",
        {},
        score(checks=None),
        score(checks=[]),
        score(checks=[{**CHECK, "weight": 0}]),
        score(checks=[{**CHECK, "title": "one language"}]),
        {"exercise": "1-1", "points": 4, "max_points": 4, "checks": []},
        score(checks=[{}]),
        score(checks=[{**CHECK, "value": math.nan}]),
    ],
)
def test_a_malformed_score_is_ungraded(graded, data):
    found = read_result(graded(result(data)))
    assert found.points is None
    assert "malformed" in found.fault
