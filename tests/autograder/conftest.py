"""A course with one small lab, built afresh: no torch, no training, graded in about a second."""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.marks.score import SCORE_TYPE
from autograder.notebooks import is_graded_code
from autograder.results import Record

ROOT = Path(__file__).resolve().parents[2]
LAB = "lab1_toy"

SOLUTION = '''\
def square(x):
    """The square of x."""
    ##### YOUR CODE STARTS HERE #####
    # multiply x by itself
    squared_number = x * x
    return squared_number
    ##### YOUR CODE ENDS HERE #####'''

HIDDEN = """\
# 1-1 · 4 points / 4점
### BEGIN HIDDEN TESTS
from toy_checks import grade
grade("1-1", square, hidden_input=11111, hidden_value=123454321)
### END HIDDEN TESTS"""

ANSWER = "Because the answer to everything is forty-two."

#: What `autograder.checks` does, in small: a score with its messages, or the grader's own fault.
CHECKS = """\
from autograder.errors import GraderError

class Score(float):
    message = ""
    def _repr_mimebundle_(self, include=None, exclude=None):
        check = {"id": "value", "title": ["값", "value"], "share": float(self) / 4, "weight": 1,
                 "outcome": "correct" if self == 4 else "incorrect",
                 "message": [self.message, self.message]}
        score = {"exercise": "1-1", "checks": [check]}
        return {"text/plain": repr(float(self)), "application/vnd.kdlab.score+json": score}

def grade(name, function, hidden_input, hidden_value):
    import warnings, sys
    print("a warning of some library", file=sys.stderr)
    try:
        value = function(hidden_input)
    except Exception as error:
        score = Score(0.0)
        score.message = f"your code raised {type(error).__name__} <b>here</b>"
        return score
    if value == "grader":
        raise GraderError("the reference for hidden_value is missing")
    score = Score(4.0 if value == hidden_value else 1.0 if value is not None else 0.0)
    score.message = "" if score == 4 else "not the square"
    return score
"""


def metadata(name, points=None, *, solution, cell_type="code"):
    """nbgrader's metadata of a cell."""
    cell = {
        "grade": points is not None,
        "solution": solution,
        "locked": points is not None and not solution,
        "task": False,
        "schema_version": 3,
        "grade_id": name,
        "cell_type": cell_type,
    }
    if points is not None:
        cell["points"] = points
    return {"nbgrader": cell}


def instructor_notebook():
    """The toy lab as an instructor writes it."""
    badge = "[Colab](https://example.org/{{repository}}/blob/{{branch}}/labs/a.ipynb)"
    cells = [
        new_markdown_cell(f"# Squares\n{badge}", id="title"),
        new_markdown_cell("제곱", id="ko", metadata={"tags": ["lang-ko"]}),
        new_markdown_cell("Squares", id="en", metadata={"tags": ["lang-en"]}),
        new_code_cell(
            'LANGUAGE = "both"\nimport os\nprint("profile", os.environ.get("KDLAB_PROFILE"))',
            id="setup",
        ),
        new_code_cell(SOLUTION, id="solution", metadata=metadata("1-1", solution=True)),
        new_code_cell("print('a visible check')", id="check"),
        new_code_cell(HIDDEN, id="test", metadata=metadata("test-1-1", 4, solution=False)),
        new_code_cell("print('for me')", id="mine", metadata={"tags": ["instructor-only"]}),
        new_markdown_cell("Why?", id="question"),
        new_markdown_cell(
            ANSWER,
            id="written",
            metadata=metadata("1-w", 2, solution=True, cell_type="markdown"),
        ),
    ]
    kernel = {"name": "x", "display_name": "X"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "vscode": 1})


def hidden_for(exercise, function, number, value):
    """The hidden test of another exercise, in the words of this one's."""
    text = HIDDEN.replace("1-1", exercise).replace("square", function)
    return text.replace("11111,", f"{number},").replace("123454321", str(value))


def named(notebook, name):
    """The cell with this grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )


class Course:
    """A course folder and the commands run in it."""

    def __init__(self, root):
        self.root = Path(root)
        self.source = self.root / "solutions" / LAB / f"{LAB}.ipynb"
        self.release = self.root / "labs" / LAB / f"{LAB}.ipynb"
        self.source.parent.mkdir(parents=True)
        nbformat.write(instructor_notebook(), self.source)
        (self.root / "toy_checks.py").write_text(CHECKS, "utf-8")
        for name in ("nbgrader_config.py", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root)

    def run(self, *command, check=True, **environment):
        """Run a stock nbgrader command in the course folder."""
        paths = os.pathsep.join([str(ROOT), str(self.root), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": paths, **environment},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def released(self):
        """A fresh copy of the student's notebook."""
        return nbformat.read(self.release, as_version=4)

    def solved(self):
        """The student's notebook with everything right."""
        notebook = self.released()
        named(notebook, "1-1").source = SOLUTION
        named(notebook, "1-w").source = "It is so by definition."
        return notebook

    def submit(self, student, notebook):
        """Put a notebook, or bytes, where a collected submission lies."""
        target = self.root / "submitted" / student / LAB / f"{LAB}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        is_bytes = isinstance(notebook, bytes)
        target.write_bytes(notebook if is_bytes else json.dumps(notebook).encode())

    def grades(self, student):
        """Grade objects' facts by cell: (automatic score, needs a person)."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            submission = gradebook.find_submission_notebook(LAB, LAB, student)
            return {
                grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                for grade in submission.grades
            }


@pytest.fixture(scope="session")
def toy():
    """The toy lab: the instructor's notebook, its parts, and helpers."""

    class Toy:
        solution, hidden, answer, lab = SOLUTION, HIDDEN, ANSWER, LAB
        notebook = staticmethod(instructor_notebook)
        named = staticmethod(named)
        metadata = staticmethod(metadata)
        hidden_for = staticmethod(hidden_for)
        copy = staticmethod(copy.deepcopy)

    return Toy


@pytest.fixture(scope="session")
def make_course():
    """Makes a course in a folder."""
    return Course


@pytest.fixture
def course(tmp_path):
    """A course of one's own, not released yet."""
    return Course(tmp_path)


@pytest.fixture(scope="module")
def released_course(tmp_path_factory):
    """A course shared by the tests of a module, released with the stock command."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.run("generate_assignment", LAB)
    return course


GRADED = {"nbgrader": {"grade": True, "solution": False, "locked": True, "task": False,
                         "grade_id": "test-1-1", "points": 4, "schema_version": 3}}  # fmt: skip


def executed(points):
    """A notebook with one graded cell; None: the grader had a fault there."""
    check = {"id": "value", "title": ["값", "value"], "share": (points or 0) / 4, "weight": 1,
             "outcome": "correct", "message": ["", ""]}  # fmt: skip
    score = {"exercise": "1-1", "checks": [check]}
    output = new_output("execute_result", data={SCORE_TYPE: score, "text/plain": str(points)})
    if points is None:
        output = new_output("error", ename="GraderError", evalue="no reference", traceback=[])
    return new_notebook(cells=[
        new_code_cell("print('제곱')", id="one", outputs=[new_output("stream", text="제곱\n")]),
        new_code_cell('grade("1-1")', id="two", metadata=GRADED, outputs=[output]),
    ])  # fmt: skip


@pytest.fixture
def make_record():
    """Makes a record with so many points, under a key."""

    def make(key="ab" * 32, points=4.0):
        return Record(key, {"checks": "1"}, executed(points), {"all": 2.5, "student": 2.0})

    return make


@pytest.fixture
def full_points(make_record):
    """The result of a job in which every graded cell got full points; nothing is executed."""
    (output,) = make_record().notebook.cells[1].outputs

    def record(job):
        notebook = job.read_notebook()
        for cell in filter(is_graded_code, notebook.cells):
            cell.outputs = [output]
        return Record(job.key, job.about, notebook, {"all": 1.0, "student": 1.0})

    return record


class InTurn:
    """Stands for workers, which execute one job after the other."""

    def __init__(self, answer, most=3):
        self.answer, self.most, self.waiting = answer, most, []

    def submit(self, job):
        self.waiting.append(job)

    def is_full(self):
        return len(self.waiting) > self.most

    def next_finished(self):
        job = self.waiting.pop(0)
        return job.key, self.answer(job)


@pytest.fixture
def in_turn():
    """The class that stands for workers."""
    return InTurn
