"""The four labs, as every test of this folder sees them."""

from pathlib import Path

import nbformat
import pytest

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
    """The instructor's notebook, with the outputs that it was stored with."""
    return nbformat.read(ROOT / "solutions" / lab / f"{lab}.ipynb", as_version=4)


@pytest.fixture
def released(lab):
    """The student's notebook, as it is committed."""
    return nbformat.read(ROOT / "labs" / lab / f"{lab}.ipynb", as_version=4)
