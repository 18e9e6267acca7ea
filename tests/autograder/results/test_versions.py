"""A change of the checks is noticed, and leaves the other labs' results alone.

The four houses are copied, changed there, and each lab's version is asked of a new process.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.results import versions
from autograder.results.versions import deciding_files
from autograder.subject import NO_SUBJECT
from kdcourse.course import SUBJECT

ROOT = Path(__file__).resolve().parents[3]
LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")
ASK = f"""
import json, sys
from autograder.subject import load_subject
from autograder.results.versions import checks_version, repair_version
subject = load_subject("kdcourse.course:SUBJECT")
found = [checks_version(subject, lab) for lab in {LABS}]
print(json.dumps([*found, repair_version(), "torch" in sys.modules]))
"""


class Houses:
    """A copy of the packages that may be changed."""

    def __init__(self, folder):
        self.folder, self._last = folder, None
        hidden = shutil.ignore_patterns("__pycache__")
        for name in ("autograder", "kdcourse", "kdlab", "labkit"):
            shutil.copytree(ROOT / name, folder / name, ignore=hidden)

    def change(self, name, text="# changed\n"):
        """Add to a file, or make it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(text)

    def ask(self):
        """Each lab's version, that of the repair, and whether torch was imported for them."""
        where = {**os.environ, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, "-c", ASK], cwd=self.folder, env=where, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        self._last = json.loads(done.stdout)
        return self._last

    def changed_by(self, name, text="# changed\n"):
        """Which labs' versions a change of a file changes."""
        before = self._last or self.ask()
        self.change(name, text)
        after = self.ask()
        pairs = zip(LABS, before, after, strict=False)
        return {lab for lab, old, new in pairs if old != new}


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    return Houses(tmp_path_factory.mktemp("houses"))


@pytest.mark.parametrize(
    "name",
    [
        "kdcourse/lab3/cases.py",
        "kdcourse/lab3/exercises.py",  # a hint
        "kdcourse/lab3/wrong_step.py",
        "kdcourse/lab3/__init__.py",
        "kdlab/public/lab3_cosine.json",  # what `make checks` writes then
        "kdcourse/end_to_end/bars/lab3-digits-m-cpu.json",
    ],
)
def test_changing_one_labs_checks_changes_that_labs_version_alone(houses, name):
    assert houses.changed_by(name) == {"lab3_cosine"}


@pytest.mark.parametrize(
    "name",
    [
        "autograder/execution/bridge.py",  # imported late
        "autograder/execution/client.py",  # known by its name alone
        "autograder/sandbox/provisioner.py",
        "autograder/sandbox/inside/child.py",
        "autograder/sandbox/kernels/student-sandbox/kernel.json",
        "autograder/checks/rounding.py",
        "autograder/marks/score.py",
        "kdcourse/course.py",
        "kdcourse/end_to_end/grade.py",
        "kdlab/training.py",
        "kdlab/teachers/another.safetensors",
        "labkit/answer.py",
        "labkit/judge/compare.py",
    ],
)
def test_what_all_labs_use_changes_all_versions(houses, name):
    assert houses.changed_by(name) == set(LABS)


def test_what_some_labs_use_changes_theirs(houses):
    """Lab 2 asks its students for no network, and only lab 3 for a hidden representation."""
    assert houses.changed_by("kdcourse/references/hidden.py") == {"lab3_cosine"}
    with_networks = {"lab1_baseline", "lab3_cosine", "lab4_regressor"}
    assert houses.changed_by("kdcourse/references/cnn.py") == with_networks


@pytest.mark.parametrize(
    "name",
    [
        "autograder/report/page.py",
        "autograder/grade/show.py",
        "autograder/exchange/canvas.py",
        "autograder/publishing/bundle.py",
        "autograder/repair/match.py",  # its outcome is in the key of a result
        "autograder/cli.py",
        "kdcourse/demo.py",
        "kdcourse/end_to_end/calibrate.py",
        "kdlab/methods/response.py",
        "kdlab/compare/run.py",
        "kdlab/plots/curves.py",
    ],
)
def test_what_decides_no_result_changes_no_version(houses, name):
    assert houses.changed_by(name) == set()


def test_whether_anything_is_new_about_a_submission_depends_on_the_repair_too(houses):
    before = houses.ask()[len(LABS)]
    houses.change("autograder/repair/match.py")
    assert houses.ask()[len(LABS)] != before


def test_it_can_be_told_without_loading_torch(houses):
    assert houses.ask()[-1] is False


def test_no_labs_checks_use_another_labs():
    for lab in LABS:
        own = f"kdcourse.{lab[:4]}"
        others = [f"kdcourse.{other[:4]}" for other in LABS if other != lab]
        found = deciding_files(SUBJECT, lab)
        assert any(name.startswith(own) for name in found)
        assert [name for name in found if name.startswith(tuple(others))] == []


def test_a_course_without_a_subject_has_a_version_too():
    assert versions.checks_version(NO_SUBJECT, "anything")
    assert "kdlab" not in " ".join(deciding_files(NO_SUBJECT, "anything"))


def test_a_module_that_is_not_there_is_named():
    gone = replace(SUBJECT, decides=("no_such_package.training",))
    with pytest.raises(GraderError, match="no_such_package"):
        deciding_files(gone, LABS[0])


def test_the_libraries_are_named_with_their_versions():
    assert "torch " in versions.libraries()
    assert versions.libraries().startswith("python 3.")
