"""A released lab, and a submission in order."""

import copy

import pytest

from autograder.publishing import release_notebook


@pytest.fixture
def release(course):
    """The toy lab as it is handed out."""
    return release_notebook(course.source)


@pytest.fixture
def solved(release, toy):
    """Handed in with nothing to repair."""
    notebook = copy.deepcopy(release)
    toy.named(notebook, "1-1").source = toy.solution
    toy.named(notebook, "1-w").source = "my answer"
    return notebook
