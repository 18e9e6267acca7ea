"""environment.yml, pyproject.toml and autograder/pyproject.toml name the same packages."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ASKED_FOR = {"torch", "torchvision", "jupyterlab", "nbgrader", "matplotlib", "nbval"}


# What must not be newer, for a reason that stands beside it in autograder/pyproject.toml.
CAPPED = {"pytest": ",<9.2"}


def bounds(requirements):
    """{"torch": "2.2", ...}; our own packages and editable installs are left out."""
    found = {}
    for text in requirements:
        if text.startswith("-e ") or text == "kdlab":
            continue
        match = re.fullmatch(r"([A-Za-z0-9_-]+)>=([0-9.]+)(.*)", text)
        assert match, f"{text!r} is not of the form name>=version"
        assert match[3] == CAPPED.get(match[1], ""), f"{text!r}: an upper bound without a reason"
        found[match[1].lower()] = match[2]
    return found


@pytest.fixture(scope="module")
def declared():
    """What the two distributions and the tests need."""
    needed = []
    for path in ("pyproject.toml", "autograder/pyproject.toml"):
        project = tomllib.loads((ROOT / path).read_text("utf-8"))["project"]
        needed += project["dependencies"]
        needed += project.get("optional-dependencies", {}).get("test", [])
    return bounds(needed)


@pytest.fixture(scope="module")
def conda():
    """environment.yml."""
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def pip_lines(environment):
    (nested,) = [entry for entry in environment["dependencies"] if isinstance(entry, dict)]
    return nested["pip"]


def test_names_and_lower_bounds_agree(declared, conda):
    assert bounds(pip_lines(conda)) == declared


def test_the_packages_that_were_asked_for_are_there(conda):
    assert set(bounds(pip_lines(conda))) >= ASKED_FOR


def test_python_is_new_enough_for_both_distributions(conda):
    lowest = tomllib.loads((ROOT / "autograder/pyproject.toml").read_text("utf-8"))["project"]
    assert f"python{lowest['requires-python']}" in conda["dependencies"]


def test_this_repository_is_installed(conda):
    assert {"-e .", "-e ./autograder"} <= set(pip_lines(conda))


def test_a_difference_would_be_seen(declared):
    assert bounds(["torch>=1.0"]) != {"torch": declared["torch"]}


def test_students_get_no_pin_and_no_upper_bound():
    """Colab's torch and numpy must stay as they are."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert len(bounds(project["dependencies"])) == len(project["dependencies"])
    assert not CAPPED.keys() & bounds(project["dependencies"]).keys()
