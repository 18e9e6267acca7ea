"""Whatever a step raises over one submission, that one is ungraded and the run goes on."""

import os

import pytest

from autograder.classrun import Order
from autograder.classrun.unchanged import Unchanged
from autograder.execution.stored import ExecuteSubmission
from autograder.grade import labs
from autograder.marks import gradebook
from autograder.repair import steps, submissions
from autograder.results import Record

pytestmark = pytest.mark.slow

ERRORS = {
    "value": ValueError("4300 digits"),
    "recursion": RecursionError("too deep"),
    "memory": MemoryError(),
    "unicode": UnicodeDecodeError("utf-8", b"x", 0, 1, "lone surrogate"),
    "key": KeyError("cells"),
    "os": OSError(5, "Input/output error"),
}
NEIGHBOURS = ("ara", "zoe")  # before and after


@pytest.fixture
def room(course, toy):
    """A released course in which everybody's notebook is right, and says whose it is."""
    course.run("generate_assignment", toy.lab)
    for student in (*ERRORS, *NEIGHBOURS):
        notebook = course.solved()
        cell = toy.named(notebook, "1-1")
        cell.source = cell.source.replace("x * x", f"x * x  # by {student}")
        course.submit(student, notebook)
    return course


class Executor:
    """Gives every submission full points."""

    def __init__(self, make_record):
        self.make_record, self.waiting = make_record, []

    def submit(self, job):
        self.waiting.append(job)

    def is_full(self):
        return False

    def next_finished(self):
        job = self.waiting.pop(0)
        notebook = job.read_notebook()
        for cell in notebook.cells:
            if "grade(" in cell.source:
                cell.outputs = self.make_record().notebook.cells[1].outputs
        return job.key, Record(job.key, job.about, notebook, {"all": 1.0, "student": 1.0})


def raising(function, student_of):
    """The function, which raises over the students that are named for an error."""

    def raise_or_call(*arguments, **options):
        error = ERRORS.get(student_of(*arguments))
        if error is not None:
            raise error
        return function(*arguments, **options)

    return raise_or_call


def author(notebook, *_):
    text = "".join(str(cell.source) for cell in notebook.cells)
    return text.partition("# by ")[2].split("\n")[0].strip()


STAGES = {
    "search": (submissions, "find_notebook", lambda folder, *_: folder.parent.name),
    "hashing": (Unchanged, "digest", lambda self, student: student),
    "repair": (steps, "repair", author),
    "key": (ExecuteSubmission, "job", lambda self, notebook, resources: author(notebook)),
    "booking": (
        gradebook.SaveScores,
        "_add_score",
        lambda self, cell, resources: resources["nbgrader"]["student"],
    ),
}


@pytest.mark.parametrize("stage", STAGES)
def test_an_error_in_any_stage_costs_that_submission_alone(
    room, toy, make_record, monkeypatch, stage
):
    monkeypatch.setenv("PATH", os.environ["PATH"])
    place, name, student_of = STAGES[stage]
    monkeypatch.setattr(place, name, raising(getattr(place, name), student_of))
    order = Order(Executor(make_record))
    labs.grade(room.root, [toy.lab], order)
    told = {note.student: note.text for note in order.notes if note.ungraded}
    assert set(told) == set(ERRORS)
    assert all(type(ERRORS[student]).__name__ in text for student, text in told.items())
    for student in NEIGHBOURS:
        assert room.grades(student)["test-1-1"] == (4.0, False)
