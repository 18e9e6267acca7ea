"""Records and jobs without any execution."""

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.results import Record
from autograder.results.job import Job, notebook_text
from autograder.scores import SCORE_TYPE

METADATA = {"nbgrader": {"grade": True, "solution": False, "locked": True, "task": False,
                         "grade_id": "test-1-1", "points": 4, "schema_version": 3}}  # fmt: skip


def executed(points):
    """A notebook with one graded cell; None: the grader had a fault there."""
    score = {"exercise": "1-1", "points": points, "max_points": 4, "checks": []}
    output = new_output("execute_result", data={SCORE_TYPE: score, "text/plain": str(points)})
    if points is None:
        output = new_output("error", ename="GraderError", evalue="no reference", traceback=[])
    return new_notebook(cells=[
        new_code_cell("print('제곱')", id="one", outputs=[new_output("stream", text="제곱\n")]),
        new_code_cell('grade("1-1")', id="two", metadata=METADATA, outputs=[output]),
    ])  # fmt: skip


@pytest.fixture
def make_record():
    """Makes a record with so many points, under a key."""

    def make(key="ab" * 32, points=4.0):
        return Record(key, {"checks": "1"}, executed(points), {"all": 2.5, "student": 2.0})

    return make


@pytest.fixture
def job():
    """A job as the first step makes it."""
    return Job(
        assignment="lab1_toy",
        notebook=notebook_text(executed(4.0)),
        files={"data/a.csv": "MSwy"},
        seed=7,
        test_seed=8,
        environment={"KDLAB_PROFILE": "grading", "OMP_NUM_THREADS": "2"},
        config={"ExecuteSubmission": {"timeout": 600}},
        checks="c0ffee",
        libraries="python 3",
        device="cpu",
    )


@pytest.fixture
def run_python():
    """Runs code in a new interpreter; gives what it printed."""
    def run(code):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return done.stdout.decode().strip()

    return run
