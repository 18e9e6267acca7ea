"""Whatever a step raises over one submission, that one is named and the run goes on.

One class for all: a student for each step and error, whose notebook says whose it is, and two
neighbours. `autograder grade` and `nbgrader autograde` grade it; feedback and exports follow.
"""

import contextlib
import csv
import fnmatch
import itertools
import json
import logging
import os
import shutil
import warnings

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp, ExportApp, GenerateFeedbackApp
from nbgrader.converters import BaseConverter

from autograder.classrun import Order
from autograder.classrun.pending import Pending
from autograder.classrun.unchanged import Unchanged
from autograder.course import command
from autograder.exchange import grades
from autograder.exchange.gradescope import GradescopeExport
from autograder.execution.stored import ExecuteSubmission
from autograder.grade import labs
from autograder.marks import feedback, gradebook
from autograder.repair import steps, submissions
from autograder.repair.changes import plain
from autograder.report import facts, likeness
from autograder.report.report_command import report
from autograder.results import ResultStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.xdist_group("walls"),
]

ERRORS = {
    "value": ValueError("4300 digits"),
    "recursion": RecursionError("too deep"),
    "memory": MemoryError(),
    "unicode": UnicodeDecodeError("utf-8", b"x", 0, 1, "lone surrogate"),
    "key": KeyError("cells"),
    "os": OSError(5, "Input/output error"),
}
NEIGHBOURS = ("ara", "zoe")  # before and after
#: Names of folders that no database and no terminal takes.
UNWRITABLE = ("bad\name", "bad\udcffe")
#: In one process, one after the other, these suffice: two errors for each step, and a neighbour.
SOME = "*e"


def author(text):
    return text.partition("# by ")[2].partition("\n")[0].partition("\\n")[0].strip()


def author_of(notebook):
    return author("\n".join(str(cell.source) for cell in notebook.cells))


def student_in(resources):
    return resources["nbgrader"]["student"]


#: By name: where the step is, what it is called, and whose submission it is about.
STEPS = {
    "search": (submissions, "find_notebook", lambda folder, *_: folder.parent.name),
    "hash": (Unchanged, "digest", lambda self, student: student),
    "compare": (Unchanged, "holds", lambda self, student, digest: student),
    "repair": (steps, "repair", lambda notebook, release: author_of(notebook)),
    "key": (ExecuteSubmission, "job", lambda self, notebook, resources: author_of(notebook)),
    "ask": (Pending, "ask", lambda self, one, *_: one.student),
    "execute": (ExecuteSubmission, "execute_job", lambda self, job: author(job.notebook)),
    "keep": (ResultStore, "put", lambda self, record: author_of(record.notebook)),
    "book": (gradebook.SaveScores, "_add_score", lambda self, cell, about: student_in(about)),
    "show": (feedback.ShowResults, "preprocess_cell", lambda self, c, about, i: student_in(about)),
    "end": (BaseConverter, "set_permissions", lambda self, assignment, student: student),
}
WAYS = {"autograder grade": set(STEPS) - {"execute"}, "nbgrader autograde": set(STEPS) - {"ask"}}
VICTIMS = [f"{step}-{error}" for step, error in itertools.product(STEPS, ERRORS)]


def raising(function, student_of, step):
    """The function, which raises over the students of a step."""

    def raise_or_call(*arguments, **options):
        theirs, _, error = str(student_of(*arguments)).partition("-")
        if theirs == step:
            raise ERRORS[error]
        return function(*arguments, **options)

    return raise_or_call


def wrong(monkeypatch, place, name, student_of, step="show"):
    monkeypatch.setattr(place, name, raising(getattr(place, name), student_of, step))


@pytest.fixture(scope="module")
def room(toy, make_course, tmp_path_factory):
    """A released course in which everybody's notebook is right, and says whose it is."""
    course = make_course(tmp_path_factory.mktemp("walls"))
    course.run("generate_assignment", toy.lab)
    for student in (*VICTIMS, *NEIGHBOURS, *UNWRITABLE):
        notebook = course.solved()
        cell = toy.named(notebook, "1-1")
        cell.source = cell.source.replace("x * x", f"x * x  # by {student}")
        course.submit(student, notebook)
    return course


@pytest.fixture
def fake(full_points, in_turn, monkeypatch, room):
    """Gives every submission full points, and executes nothing."""
    monkeypatch.setenv("PATH", os.environ["PATH"])

    monkeypatch.setattr(ExecuteSubmission, "execute_job", lambda self, job: full_points(job))
    with contextlib.chdir(room.root):
        yield in_turn(full_points)


def grade_in(way, room, toy, executor):
    """Grade the class; what was told of each who is ungraded."""
    if way == "autograder grade":
        order = Order(executor)
        labs.grade(room.root, [toy.lab], order)
        return {note.student: note.text for note in order.notes if note.ungraded}
    app = command(AutogradeApp, toy.lab, "--force", f"--student={SOME}")
    said = []
    listening = logging.Handler(logging.ERROR)
    listening.emit = lambda record: said.append(record.getMessage())
    app.log.addHandler(listening)
    with pytest.raises(SystemExit) as ended, warnings.catch_warnings():
        app.start()
    app.log.removeHandler(listening)
    assert ended.value.code == 1
    told = [text.split(": ", 2) for text in said if text.startswith("UNGRADED: ")]
    return {where.partition(",")[0]: text for _, where, text in told}


@pytest.mark.parametrize("way", WAYS)
def test_an_error_in_any_step_costs_that_submission_alone(room, toy, fake, monkeypatch, way):
    shutil.rmtree(room.root / "results", ignore_errors=True)  # nothing was executed before
    for step in WAYS[way]:
        wrong(monkeypatch, *STEPS[step], step)
    told = grade_in(way, room, toy, fake)
    wanted = "*" if way == "autograder grade" else SOME
    victims = [each for each in VICTIMS if each.partition("-")[0] in WAYS[way]]
    for student in UNWRITABLE:
        assert "rename it" in told.pop(plain(student))
    assert sorted(told) == sorted(fnmatch.filter(victims, wanted))
    for student, text in told.items():
        assert type(ERRORS[student.partition("-")[2]]).__name__ in text
    for student in fnmatch.filter(NEIGHBOURS, wanted):
        assert room.grades(student)["test-1-1"] == (4.0, False)


SIX = {f"show-{error}" for error in ERRORS}
GRADED = {*SIX, *(f"end-{error}" for error in ERRORS), *NEIGHBOURS}  # enough to look for likeness


@pytest.fixture
def graded(room, toy, fake):
    """A part of the class with nothing wrong."""
    order = Order(fake, students=frozenset(GRADED))
    labs.grade(room.root, [toy.lab], order)
    assert not [note for note in order.notes if note.ungraded]
    return room


def test_feedback_of_the_others_is_written(graded, toy, monkeypatch):
    style = feedback.TableStyle
    wrong(monkeypatch, style, "preprocess", lambda self, nb, about: student_in(about))
    app = command(GenerateFeedbackApp, toy.lab, "--force")
    with pytest.raises(SystemExit) as ended:
        app.start()
    assert ended.value.code == 1
    there = {path.parts[-3] for path in graded.root.glob("feedback/*/*/*.html")}
    assert there >= GRADED - SIX and not there & SIX


def page_of(room):
    done = CliRunner().invoke(report, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return (room.root / "report.html").read_text("utf-8")


def test_the_report_is_of_all_the_others(graded, monkeypatch):
    wrong(monkeypatch, facts, "_submission", lambda grades, *_: grades.student.id)
    page = page_of(graded)
    assert page.count("its result cannot be read (") == 6
    assert all(name in page for name in GRADED)


def test_all_the_others_are_compared(graded, monkeypatch):
    wrong(monkeypatch, likeness, "pieces", author)
    page = page_of(graded)
    assert page.count("Not compared: ") == 6
    assert all(f'Not compared: <span class="name">{name}</span>' in page for name in SIX)


@pytest.mark.parametrize("exporter", ["Csv", "Exercise", "Canvas", "Moodle"])
def test_tables_of_grades_have_a_row_for_everybody(graded, monkeypatch, exporter):
    wrong(monkeypatch, grades, "_grades", lambda assignment, student, rows: student.id)
    app = command(ExportApp, f"--exporter=autograder.exchange.{exporter}Export", "--to=out.csv")
    app.start()
    text = (graded.root / "out.csv").read_text("utf-8-sig")
    rows = {cell: row for row in csv.reader(text.splitlines()) for cell in row}
    assert set(rows) >= GRADED
    if exporter in ("Csv", "Moodle"):
        assert all("cannot be read" in " ".join(rows[student]) for student in SIX)


def test_results_for_gradescope_are_written_for_the_others(graded, monkeypatch):
    wrong(monkeypatch, GradescopeExport, "_results", lambda self, found: found.student.id)
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as known:
        GradescopeExport(to="out", parent=command(ExportApp)).export(known)
    there = {path.parts[-2] for path in (graded.root / "out").glob("*/*/results.json")}
    assert there >= GRADED - SIX and not there & SIX
    assert json.loads(next((graded.root / "out").glob("*/ara/*.json")).read_text())["score"] == 4
