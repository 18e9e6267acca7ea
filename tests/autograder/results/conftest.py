"""Records and jobs without any execution."""

import subprocess
import sys

import pytest

from autograder.results.job import Job, code_text


@pytest.fixture
def job(make_record):
    """A job as the first step makes it."""
    return Job(
        assignment="lab1_toy",
        notebook=code_text(make_record().notebook),
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
