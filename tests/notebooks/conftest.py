"""The four labs, as every test of this folder sees them."""

from pathlib import Path

import pytest

from autograder.notebooks import read_notebook

ROOT = Path(__file__).resolve().parents[2]
LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")


def pytest_generate_tests(metafunc):
    """A test that asks for a `lab` is run for each; all runs of one lab share a worker."""
    if "lab" in metafunc.fixturenames:
        params = [pytest.param(lab, marks=pytest.mark.xdist_group(lab)) for lab in LABS]
        metafunc.parametrize("lab", params)


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def labs():
    """The names of all labs."""
    return LABS


@pytest.fixture
def solution(lab):
    """The instructor's notebook."""
    return read_notebook(ROOT / "solutions" / lab / f"{lab}.ipynb")


@pytest.fixture
def released(lab):
    """The student's notebook, as it is committed."""
    return read_notebook(ROOT / "labs" / lab / f"{lab}.ipynb")
