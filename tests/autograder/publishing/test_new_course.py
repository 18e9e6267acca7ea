"""The skeleton of a new course: what it holds, and what is refused."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.publishing.new_course import NAME, SUFFIX, make_course, templates

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = {
    ".gitignore",
    "nbgrader_config.py",
    "opticscourse/__init__.py",
    "opticscourse/bundle_files/README.md",
    "opticscourse/bundle_files/environment.yml",
    "opticscourse/course.py",
    "opticscourse/lab1/__init__.py",
    "opticscourse/lab1/cases.py",
    "opticscourse/lab1/exercises.py",
    "opticscourse/lab1/right_mean_squares.py",
    "opticscourse/lab1/wrong_mean_squares.py",
    "opticslab/__init__.py",
    "opticslab/version.py",
    "pyproject.toml",
    "solutions/lab1/lab1.ipynb",
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, in which commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new_course(*arguments):
    return CliRunner().invoke(main, ["new-course", *arguments])


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_lays_every_file_and_says_what_to_do_next(here):
    done = new_course("optics")
    assert done.exit_code == 0, done.output
    assert files(here / "optics") == EXPECTED
    assert done.output.count("wrote optics/") == len(EXPECTED)
    assert "cd optics\n  autograder checks" in done.output


def test_nothing_of_a_template_is_left(here):
    written = make_course("optics", here)
    assert len(written) == len(templates())
    left = [path for path in written if SUFFIX in path.name or NAME in path.read_text("utf-8")]
    assert left == []
    assert [path for path in written if "kdlab" in path.read_text("utf-8")] == []


def test_an_empty_folder_will_do(here):
    (here / "optics").mkdir()
    assert new_course("optics").exit_code == 0


@pytest.mark.parametrize("name", ["Optics", "2nd", "wave-optics", "a__b", "a_", "class", "a/b", ""])
def test_a_name_that_makes_no_packages_is_refused(here, name):
    done = new_course(name)
    assert done.exit_code == 2 and done.output.count("\n") == 1
    assert f"A course cannot be called {name!r}" in done.output and "such as optics" in done.output
    assert files(here) == set()


@pytest.mark.parametrize(("name", "package"), [("json", "json"), ("kd", "kdlab")])
def test_a_name_that_would_hide_a_package_is_refused(here, name, package):
    done = new_course(name)
    assert done.exit_code == 2 and done.output.count("\n") == 1
    assert f"there is a package {package!r} already" in done.output
    assert files(here) == set()


def test_a_folder_with_something_in_it_is_left_alone(here):
    (here / "optics").mkdir()
    (here / "optics" / "thesis.txt").write_text("two years of work")
    done = new_course("optics")
    assert done.exit_code == 2 and done.output.count("\n") == 1
    assert "is there already" in done.output
    assert files(here) == {"optics/thesis.txt"}


def test_a_file_of_that_name_is_left_alone(here):
    (here / "optics").write_text("mine")
    done = new_course("optics")
    assert done.exit_code == 2 and "no folder" in done.output
    assert (here / "optics").read_text() == "mine"


def test_the_help_has_an_example():
    assert "Example: autograder new-course optics" in new_course("--help").output


def test_the_points_of_the_notebook_are_those_of_the_course(here):
    make_course("optics", here)
    notebook = json.loads((here / "optics/solutions/lab1/lab1.ipynb").read_text("utf-8"))
    cells = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    course = (here / "optics/opticscourse/course.py").read_text("utf-8")
    points = sum(cell.get("points", 0) for cell in cells)
    assert re.findall(r"points=(\d+)", course) == [str(points)]


@pytest.mark.slow
def test_its_checks_are_right_whatever_it_is_called(here):
    make_course("signals_2", here)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "checks"],
        cwd=here / "signals_2",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    right, mistakes, defects = re.findall(r"(\d+) (?:right ways|mistakes|defects)", done.stdout)
    assert int(right) >= 2 and int(mistakes) >= 3 and int(defects) == 0
