"""The class that is graded to take the time: its answers run by themselves in a notebook."""

import ast
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.checks.exercise import Exercise
from autograder.notebooks import read_notebook
from kdcourse.course import SUBJECT

ROOT = Path(__file__).resolve().parents[2]
LAB = "lab1_baseline"


@pytest.fixture
def made(monkeypatch):
    """The module; benchmarks are no package."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    import made_up_class

    return made_up_class


@pytest.mark.parametrize(
    "exercise", [each.id for each in SUBJECT.exercises() if isinstance(each, Exercise)]
)
def test_its_answers_need_nothing_but_what_the_notebook_imports(made, exercise):
    honest, mistaken = made.ways(exercise, "")
    for text in filter(None, honest + mistaken):
        names = {"torch": torch, "nn": nn, "F": F}
        exec(text, names)
        assert callable(names[SUBJECT.find(exercise).name])
        assert ": Any" not in text


def test_there_are_several_honest_ways(made):
    for exercise in ("1-1", "1-2", "1-3", "1-4"):
        assert len(made.ways(exercise, "right")[0]) > 4


@pytest.fixture
def course(made, tmp_path):
    """A course with 14 students, the 13th of them hostile."""
    for place in ("labs", "solutions"):
        folder = tmp_path / place / LAB
        folder.mkdir(parents=True)
        name = f"{LAB}.ipynb"
        (folder / name).write_bytes((ROOT / place / LAB / name).read_bytes())
    made.hand_in(tmp_path, LAB, 14)
    return tmp_path


def test_no_two_of_them_hand_in_the_same(made, course):
    texts = {made.place(course, LAB, number).read_text("utf-8") for number in range(14)}
    assert len(texts) == 14


def test_of_so_many_one_is_hostile(made, course):
    hostile = read_notebook(made.place(course, LAB, made.ONE_IN - 1))
    assert any(made.HOSTILE[0] in cell.source for cell in hostile.cells)


def test_every_cell_is_python(made, course):
    for number in range(14):
        for cell in read_notebook(made.place(course, LAB, number)).cells:
            if cell.cell_type == "code":
                ast.parse(cell.source)


def test_the_class_grows_by_copies(made, course):
    made.hand_in_copies(course, LAB, 14, 20)
    assert len(list((course / "submitted").iterdir())) == 20
    first, copy = (made.place(course, LAB, number) for number in (0, 14))
    assert copy.read_bytes() == first.read_bytes()
