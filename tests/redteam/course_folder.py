"""The course folder of the red team's class: two labs, short limits, a secret in every place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import small_lab
from broken.lab import EXERCISES, instructor_notebook
from small_lab import CANARY

from autograder.publishing import before_release
from autograder.results.store import store_folder
from autograder.results.versions import checks_version
from autograder.subject import find_subject

ROOT = Path(__file__).resolve().parents[2]
TOY = "toy"  # the lab without torch
#: What everything right gets, by lab and graded cell.
FULL = {
    small_lab.NAME: {f"test-{name}": points for name, points in small_lab.POINTS.items()},
    TOY: dict.fromkeys((f"test-{name}" for name in EXERCISES), 4.0),
}
#: Seconds for a cell, a call of a function, the first one of it, and all of a submission: so much
#: that one function that hangs twice, with the restarts after it, leaves time for the others.
CELL_LIMIT, CALL_LIMIT, FIRST_CALL_LIMIT, TOTAL_LIMIT = 20, 4, 8, 80
TOY_CHECKS = """\
class Score(float):
    def _repr_mimebundle_(self, include=None, exclude=None):
        outcome = "correct" if self else "incorrect"
        check = {"id": "value", "title": ["", ""], "share": float(self) / 4, "weight": 4,
                 "outcome": outcome, "message": ["", ""]}
        return {"application/vnd.kdlab.score+json": {"exercise": "", "checks": [check]}}

def grade(is_right):
    return Score(4 * is_right)
"""
TOY_HIDDEN = """\
# {0}
### BEGIN HIDDEN TESTS
# {4}
from toy_checks import grade
grade({1}({2}) == {3})
### END HIDDEN TESTS"""
CONFIG = f"""
c.CourseDirectory.course_id = "redteam"
c.Execute.timeout = {CELL_LIMIT}
c.ExecuteSubmission.call_limit = {CALL_LIMIT}
c.ExecuteSubmission.first_call_limit = {FIRST_CALL_LIMIT}
c.ExecuteSubmission.total_limit = {TOTAL_LIMIT}
c.Sandbox.memory = 2 * 2**30  # what eats memory is at its end sooner
"""


def make_course(root: Path) -> None:
    """Make the folder and release both labs."""
    root.mkdir(parents=True)
    notebooks = {
        small_lab.NAME: small_lab.instructor_notebook(),
        TOY: instructor_notebook(lambda *parts: TOY_HIDDEN.format(*parts, CANARY)),
    }
    for lab, notebook in notebooks.items():
        path = root / "solutions" / lab / f"{lab}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    (root / "toy_checks.py").write_text(TOY_CHECKS, "utf-8")
    secret = f"{CANARY}: a secret that is long enough for a course"
    (root / ".course-secret").write_text(secret, "utf-8")
    shutil.copy(ROOT / "pyproject.toml", root)
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(config + CONFIG, "utf-8")
    _take_for_proved(root)
    release(root, *notebooks)


def release(root: Path, *labs: str) -> None:
    """Bring the gradebook in step with the instructor's notebooks."""
    for lab in labs:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", lab],
            cwd=root, env=environment(root), capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


def _take_for_proved(root: Path) -> None:
    """That the checks tell right from wrong ways is tested elsewhere, and takes a minute."""
    subject = find_subject(root)
    folder = store_folder(root) / before_release.FOLDER
    folder.mkdir(parents=True)
    for lab in subject.labs:
        (folder / f"{lab}.txt").write_text(checks_version(subject, lab), "utf-8")


def environment(root: Path) -> dict[str, str]:
    """Of commands in the folder: where to find programs and packages, one thread for torch."""
    programs = str(Path(sys.executable).parent)  # nbgrader calls one of them
    return {
        **os.environ,
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(root)]),
        "COLUMNS": "200",
        "OMP_NUM_THREADS": "1",
    }
