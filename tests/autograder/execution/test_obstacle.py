"""What a course says it cannot grade is not executed, and is no submission's fault."""

from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution import run
from autograder.execution.run import RunSubmission
from autograder.results.job import Job, JobError, code_text
from autograder.results.versions import checks_version, libraries
from autograder.subject import NO_SUBJECT


@pytest.fixture
def job(monkeypatch):
    """A submission whose kernel must not start."""

    def never(*_):
        raise AssertionError("it was executed")

    monkeypatch.setattr(RunSubmission, "_execute_once", never)
    notebook = nbformat.from_dict(new_notebook(cells=[new_code_cell("x = 1")]))
    versions = {"checks": checks_version(NO_SUBJECT, "lab"), "libraries": libraries()}
    variables = {"LABKIT_A": "b"}
    return Job("lab", code_text(notebook), {}, 1, 2, variables, {}, **versions, device="cpu")


def test_it_is_said_before_anything_is_executed(job, monkeypatch):
    asked = []

    def obstacle(lab, environment):
        asked.append((lab, environment["LABKIT_A"]))
        return "no bar; run this"

    monkeypatch.setattr(run, "load_subject", lambda _: replace(NO_SUBJECT, obstacle=obstacle))
    with pytest.raises(JobError, match="no bar; run this"):
        RunSubmission().execute_job(job)
    assert asked == [("lab", "b")]


def test_without_an_obstacle_it_is_executed(job):
    with pytest.raises(AssertionError, match="it was executed"):
        RunSubmission().execute_job(job)
