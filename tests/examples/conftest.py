"""A copy of the quantisation course, worked on where the other course cannot be imported."""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "examples" / "quantisation"
LAB = "quant1_post_training"

#: Loaded by every Python process of a walk: whoever looks for the other course fails, and is noted.
REFUSE = '''\
import os, sys
from pathlib import Path

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("kdlab", "kdcourse"):
            with open(os.environ["REFUSED"], "a") as file:
                file.write(f"{name} {sys.argv}\\n")
            raise ModuleNotFoundError(f"{name} is refused here", name=name)

sys.meta_path.insert(0, Refuse())
with open(os.environ["STARTED"], "a") as file:
    file.write("python\\n")
'''


def grade_id(cell):
    """The cell's grade id; empty if it has none."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


class Course:
    """A copy of the course, with its commands."""

    def __init__(self, folder):
        self.root = folder / "course"
        ignored = ("submitted", "autograded", "results", "gradebook.db*", "__pycache__", ".*_cache")
        shutil.copytree(COURSE, self.root, ignore=shutil.ignore_patterns(*ignored))
        self.hook = folder / "hook"
        self.hook.mkdir()
        (self.hook / "sitecustomize.py").write_text(REFUSE)
        self.refused, self.started = folder / "refused", folder / "started"
        self.source = self.root / "solutions" / LAB / f"{LAB}.ipynb"
        self.release = self.root / "labs" / LAB / f"{LAB}.ipynb"

    def python(self, *arguments, code=0):
        """What a Python process said, in the course's folder; it must end with this code."""
        paths = [self.hook, ROOT, self.root]
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
                "REFUSED": str(self.refused),
                "STARTED": str(self.started),
                "COLUMNS": "160",
                "LABKIT_LANGUAGE": "en",
            },
            capture_output=True,
            text=True,
            timeout=1800,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def autograder(self, *arguments, code=0):
        """What ``autograder`` said."""
        return self.python("-m", "autograder", *arguments, code=code)

    def solutions(self):
        """The instructor's cells by grade id."""
        cells = nbformat.read(self.source, as_version=4).cells
        return {grade_id(cell): cell.source for cell in cells if grade_id(cell)}

    def hand_in(self, student, changes=None):
        """Hand in the right answers but for some: ``{exercise: (old, new)}``; None: untouched."""
        notebook = nbformat.read(self.release, as_version=4)
        answers = self.solutions()
        for cell in notebook.cells if changes is not None else ():
            name = grade_id(cell)
            if name in ("q-1", "q-2", "q-3"):
                old, new = changes.get(name, ("", ""))
                assert old in answers[name]
                cell.source = answers[name].replace(old, new) if old else answers[name]
            elif name == "q-w":
                cell.source = "conv3 has most of the weights, so its bits are dear."
        target = self.root / "submitted" / student / LAB / f"{LAB}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(copy.deepcopy(notebook)), "utf-8")

    def edit(self, file, old, new):
        """Replace a text in a file of the course, once."""
        path = self.root / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")

    def grades(self):
        """Points of the graded code cells: ``{student: {exercise: points}}``."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            return {
                submission.student.id: {
                    grade.name.removeprefix("test-"): round(grade.auto_score, 4)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                    if grade.name.startswith("test-")
                }
                for submission in gradebook.assignment_submissions(LAB)
            }

    def stored(self):
        """The stored results and when they were written."""
        return {p.name: p.stat().st_mtime_ns for p in self.root.glob("results/*/*.result")}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course, released."""
    made = Course(tmp_path_factory.mktemp("quantisation"))
    shutil.rmtree(made.root / "labs")
    made.said = made.autograder("release")
    return made


@pytest.fixture
def in_course(monkeypatch):
    """This process in the course's own folder, where its packages can be imported."""
    monkeypatch.chdir(COURSE)
    monkeypatch.syspath_prepend(str(COURSE))
    return COURSE
