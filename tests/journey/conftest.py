"""What is published, a student's machine, and an instructor's folder."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import machine_or_skip

from autograder.demo.course import Course

ROOT = Path(__file__).resolve().parents[2]
LABS = sorted(path.name for path in (ROOT / "solutions").glob("lab*"))
#: `make journey` walks with the notebooks' own profile; a test of every change trains for seconds.
PROFILE = {} if os.environ.get("JOURNEY") == "full" else {"KDLAB_PROFILE": "grading"}


def pytest_generate_tests(metafunc):
    """A test that asks for a `lab` is run for each; all tests of one lab share a worker."""
    if "lab" in metafunc.fixturenames:
        params = [pytest.param(lab, marks=pytest.mark.xdist_group(lab)) for lab in LABS]
        metafunc.parametrize("lab", params)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The zip of this course, made by the command, and unpacked into an empty folder."""
    folder = tmp_path_factory.mktemp("published")
    command = [sys.executable, "-m", "autograder", "bundle", "--dist", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = folder.glob("*.zip")
    empty = tmp_path_factory.mktemp("downloads")
    with zipfile.ZipFile(archive) as file:
        file.extractall(empty)
    return empty / archive.stem


@pytest.fixture(scope="session")
def colab(tmp_path_factory):
    """A machine on which the first cell of a notebook was never run."""
    return machine_or_skip(tmp_path_factory.mktemp("colab"))


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The instructor's folder: what the demonstration works in."""
    return Course(tmp_path_factory.mktemp("course"), ROOT, Console(file=io.StringIO()))
