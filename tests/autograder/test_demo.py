"""The demonstration expects what it should, and notices when a grade is something else."""

import io
import os
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.cli import main
from autograder.demo import story
from autograder.demo.course import Course, fill
from autograder.demo.story import show
from autograder.demo.students import ALL, HALF, NONE, Item
from autograder.errors import GraderError
from autograder.notebooks import grade_id
from kdcourse.demo import STUDENTS

PROJECT = Path(__file__).resolve().parents[2]

CODE = Item("lab1", "test-1-1", "1-1", 7, by_hand=False)
WRONG = Item("lab1", "test-1-4", "1-4", 4, by_hand=False)
FOLLOWS = Item("lab2", "test-2-e", "2-e", 4, by_hand=False)
WRITTEN = Item("lab1", "1-w", "1-w", 2, by_hand=True)
ITEMS = [CODE, WRONG, FOLLOWS, WRITTEN]


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=120)


@pytest.mark.parametrize(
    ("student", "points"), [(ALL, [7, 4, 4, 2]), (HALF, [7, 0, 0, 1]), (NONE, [0, 0, 0, 0])]
)
def test_what_each_student_must_get(student, points):
    assert [STUDENTS.expected(student, item) for item in ITEMS] == points


def test_one_wrong_answer_earns_a_part():
    item = Item("lab4", "test-4-1", "4-1", 5, by_hand=False)
    assert "4-1" in STUDENTS.partly
    assert 0 < STUDENTS.expected(HALF, item) < 5
    assert STUDENTS.expected(ALL, item) == 5


def test_an_answer_that_should_earn_a_part_and_does_not_is_said():
    nothing = replace(STUDENTS, wrong={"4-1": "def mse(x, y):\n    return None"})
    with pytest.raises(GraderError, match="4-1 earns 0%"):
        nothing.expected(HALF, Item("lab4", "test-4-1", "4-1", 5, by_hand=False))


def test_what_each_student_writes():
    right = {"1-1": "good", "1-4": "good", "2-3": "good", "1-w": "words"}
    assert STUDENTS.answers_of(ALL, right) == right
    assert STUDENTS.answers_of(NONE, right) == {}
    half = STUDENTS.answers_of(HALF, right)
    assert half["1-1"] == "good"
    assert half["1-4"] == STUDENTS.wrong["1-4"] != "good"
    assert half["2-3"] is None


def test_filling_changes_the_answered_cells_alone(toy):
    released = toy.notebook()
    filled = fill(released, {"1-1": "def square(x): ...", "1-w": None, "9-9": "nothing"})
    assert toy.named(filled, "1-1").source == "def square(x): ..."
    different = [
        grade_id(new) for new, old in zip(filled.cells, released.cells, strict=True) if new != old
    ]
    assert different == ["1-1"]


def grades(**changes):
    found = {(s, i.exercise): STUDENTS.expected(s, i) for s in (ALL, HALF, NONE) for i in ITEMS}
    return found | {(HALF, name.replace("_", "-")): value for name, value in changes.items()}


def test_the_table_shows_totals_and_nothing_is_wrong(console):
    assert show(console, ITEMS, grades(**{"1_1": 7.0}), STUDENTS) == []
    lines = [line for line in console.file.getvalue().split("\n") if "total" in line]
    assert lines[0].replace("│", " ").split() == ["total", "17", "17", "8", "0"]


@pytest.mark.parametrize("points", [0.0, 6.5, 7.5, None])
def test_a_grade_that_is_not_as_expected_is_named(console, points):
    (wrong,) = show(console, ITEMS, grades(**{"1_1": points}), STUDENTS)
    shown = "?" if points is None else f"{points:g}"
    assert wrong == f"half, 1-1: {shown} points instead of 7"
    assert "should be 7" in console.file.getvalue()


@pytest.mark.skipif(not any((PROJECT / "solutions").glob("*/*.ipynb")), reason="no notebooks yet")
def test_the_real_labs_give_a_hundred_points_and_the_table_knows_every_exercise(tmp_path, console):
    course = Course(tmp_path / "demo", PROJECT, console)
    labs = [path.name for path in sorted((PROJECT / "solutions").glob("lab*"))]
    items = [item for lab in labs for item in course.items(lab)]
    assert sum(STUDENTS.expected(ALL, item) for item in items) == 100
    assert 0 < sum(STUDENTS.expected(HALF, item) for item in items) < 100
    exercises = {item.exercise for item in items}
    assert {*STUDENTS.wrong, *STUDENTS.follow, *STUDENTS.by_hand} <= exercises
    assert {item.exercise for item in items if item.by_hand} == set(STUDENTS.by_hand)


@pytest.mark.slow
def test_the_whole_story_with_the_toy_lab(course, toy, tmp_path, monkeypatch):
    paths = [str(PROJECT), str(course.root), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.chdir(course.root)
    result = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    page = tmp_path / "demo" / "feedback" / HALF / toy.lab / f"{toy.lab}.html"
    assert "1-1: 4 / 4" in page.read_text("utf-8")

    wrong = replace(STUDENTS, wrong={"1-1": "def square(x):\n    return x * x"})
    monkeypatch.setattr(story, "demo_students", lambda project: wrong)
    result = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path / "again")])
    assert result.exit_code == 1
    assert "half, 1-1: 4 points instead of 0" in result.output


def test_a_command_that_fails_shows_its_last_lines(course, tmp_path, monkeypatch, toy):
    monkeypatch.chdir(course.root)
    notebook = toy.notebook()
    toy.named(notebook, "1-1").source = "def square(x):\n    return x"
    nbformat.write(notebook, course.source)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    result = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path / "demo")])
    assert result.exit_code == 3
    assert "nbgrader generate_assignment lab1_toy failed" in result.output
    assert "no '##### YOUR CODE STARTS HERE #####'" in result.output
