"""The way of an instructor whose bars are not there: the real course, the real command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAB = "lab2_soft_targets"

# The second command finds the lab in the gradebook that the first one made.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("no bar")]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course and its packages, without lab 2's bars; somebody handed in the solution."""
    folder = tmp_path_factory.mktemp("course")
    hidden = shutil.ignore_patterns("__pycache__", "lab2-*.json")
    for name in ("autograder", "kdcourse", "kdlab", "labkit"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("solutions", "labs"):
        shutil.copytree(ROOT / name / LAB, folder / name / LAB)
    handed_in = folder / "submitted" / "kim" / LAB
    handed_in.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / LAB / f"{LAB}.ipynb", handed_in)
    return folder


def run(course, *command):
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    "command", [("autograder", "grade", LAB, "--workers", "1"), ("nbgrader", "autograde", LAB)]
)
def test_it_is_ungraded_and_the_command_is_named(course, command):
    done = run(course, *command)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "2-e cannot be graded on digits-m (cpu): no bar was measured" in said
    assert "autograder calibrate --dataset digits-m --device cpu" in said
    assert not list((course / "results").glob("*/*.result"))  # nothing was executed
    assert not (course / "autograded" / "kim" / LAB / f"{LAB}.ipynb").exists()
