"""A score is what the checks returned, and nothing else; what is no score is ungraded."""

import math

import pytest
from nbformat.v4 import new_output

from autograder.scores import SCORE_TYPE, read_result

CHECK = {
    "id": "value",
    "title_ko": "값",
    "title_en": "value",
    "points": 3.0,
    "max_points": 4,
    "outcome": "incorrect",
    "message_ko": "아닙니다",
    "message_en": "no",
}


def score(**changes):
    """A score's data, with some of it changed."""
    return {"exercise": "1-1", "points": 3.0, "max_points": 4, "checks": [CHECK], **changes}


def result(data):
    return new_output("execute_result", data={"text/plain": "4.0", SCORE_TYPE: data})


def error(name, value="x"):
    return new_output("error", ename=name, evalue=value, traceback=["a hidden line"])


STDERR = new_output("stream", name="stderr", text="a warning")
PRINTED = new_output("stream", name="stdout", text="4.0")
PLAIN = new_output("execute_result", data={"text/plain": "4.0"})
DISPLAYED = new_output("display_data", data={"text/plain": "4.0", SCORE_TYPE: score(points=4.0)})


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
    assert check.message == {"ko": "아닙니다", "en": "no"}
    assert check.title["ko"] == "값"


@pytest.mark.parametrize("noise", [STDERR, PRINTED, DISPLAYED], ids=["stderr", "print", "display"])
def test_what_else_is_printed_or_shown_changes_nothing(graded, noise):
    assert read_result(graded(noise, result(score()), noise)).points == 3.0


@pytest.mark.parametrize("name", ["CellTimeoutError", "KeyboardInterrupt"])
def test_a_time_out_is_zero_with_a_message(graded, name):
    found = read_result(graded(error(name)))
    assert found.points == 0.0
    assert not found.fault
    assert "time limit" in found.message["en"]
    assert "제한 시간" in found.message["ko"]


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
    "points", [-1, 4.5, math.nan, math.inf, -math.inf, "4", None, True, [4], 10**400]
)
def test_points_that_are_none_are_ungraded(graded, points):
    found = read_result(graded(result(score(points=points))))
    assert found.points is None
    assert found.fault


@pytest.mark.parametrize("points", [0, 4, 0.0, 4.0, 1 / 3])
def test_the_ends_of_the_range_count(graded, points):
    assert read_result(graded(result(score(points=points)))).points == points


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "4.0",
        {},
        score(max_points=7),
        score(checks=None),
        score(checks=[{}]),
        score(checks=[{**CHECK, "points": math.nan}]),
    ],
)
def test_a_malformed_score_is_ungraded(graded, data):
    found = read_result(graded(result(data)))
    assert found.points is None
    assert "malformed" in found.fault
