"""docs/own-course.md, followed to the letter: from an empty folder to grades and a bundle.

The course of this repository cannot be imported meanwhile: the grader does not need it.
"""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "own-course.md").read_text("utf-8")
VERBS = {"new-course", "checks", "public-checks", "release", "grade", "outputs", "bundle"}

# Python imports this in every process that has its folder on the path.
REFUSAL = """\
import sys

class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("kdlab", "kdcourse"):
            raise ModuleNotFoundError(f"No module named {name!r}: refused here", name=name)

sys.meta_path.insert(0, Refusal())
"""


def commands():
    """The lines of the page that stand in blocks, in their order."""
    return [line.strip() for line in PAGE.split("\n") if line.startswith("    ") and line.strip()]


class Walk:
    """The page's commands, executed in one shell in a new folder, with what they printed."""

    def __init__(self, root):
        self.root, self.course = root / "empty", root / "empty" / "optics"
        self.root.mkdir()
        (root / "refusal").mkdir()
        (root / "refusal" / "sitecustomize.py").write_text(REFUSAL)
        programs = [str(Path(sys.executable).parent), os.environ["PATH"]]
        self.environment = {name: v for name, v in os.environ.items() if "KDLAB" not in name} | {
            "PYTHONPATH": os.pathsep.join([str(root / "refusal"), str(ROOT)]),
            "PATH": os.pathsep.join(programs),
            "COLUMNS": "150",
        }
        self.output = self.run("\n".join(["set -eux", *commands()]))

    def run(self, script, code=0):
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    return Walk(tmp_path_factory.mktemp("own"))


def test_the_page_is_short_and_all_of_its_blocks_are_commands():
    assert PAGE.count("\n") < 150 and "```" not in PAGE
    said = {line.split()[1] for line in commands() if line.startswith("autograder")}
    assert said == VERBS


@pytest.mark.slow
def test_the_course_of_this_repository_is_out_of_reach(walk):
    for name in ("kdlab", "kdcourse.course"):
        assert "refused here" in walk.run(f"python -c 'import {name}'", code=1)


@pytest.mark.slow
def test_a_right_submission_gets_all_points_and_an_untouched_one_none(walk):
    with open(walk.course / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    assert scores == {"ada": (4, 4), "ben": (0, 4)}
    assert [row["waiting"] for row in rows] == ["", ""]
    for student in scores:
        assert (walk.course / "feedback" / student / "lab1" / "lab1.html").is_file()


@pytest.mark.slow
def test_the_checks_have_no_defects_with_one_lab_and_with_two(walk):
    assert walk.output.count(" 0 defects") == 2
    assert "6 right ways, 10 mistakes, 0 defects" in walk.output
    assert "Traceback" not in walk.output


@pytest.mark.slow
def test_the_bundle_is_complete_and_nobody_else_s(walk):
    bundle = walk.course / "dist" / "bundle"
    assert sorted(path.parent.name for path in bundle.glob("labs/*/*.ipynb")) == ["lab1", "lab2"]
    (wheel,) = bundle.glob("opticslab-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"opticslab/public/{lab}.json" for lab in ("lab1", "lab2")} < names
    assert "labkit/selfcheck.py" in names
    assert not any(name.startswith(("kd", "opticscourse", "autograder")) for name in names)
    assert wheel.name in (bundle / "README.md").read_text("utf-8")


@pytest.mark.slow
def test_every_file_that_the_page_tells_of_is_there(walk):
    told = [line.split("|")[1] for line in PAGE.split("\n") if line.startswith("| `")]
    rows = told[: told.index(" `labs` ")]  # then come the fields of a subject
    names = [name.strip(" `") for row in rows for name in row.split(",")]
    assert len(names) > 10
    for name in names:
        assert list(walk.course.glob(name)) or list(walk.course.glob(f"**/lab1/{name}")), name


@pytest.mark.slow
def test_the_solution_runs_and_the_notebook_keeps_no_outputs(walk):
    assert "wrote solutions/lab1/lab1.ipynb" in walk.output
    assert '"outputs": []' in (walk.course / "solutions/lab1/lab1.ipynb").read_text("utf-8")


def test_the_fields_of_a_subject_are_all_told():
    from dataclasses import fields

    from autograder.subject import Subject

    table = PAGE.partition("## The fields of `Subject`")[2].partition("\n## ")[0]
    assert [each.name for each in fields(Subject) if f"`{each.name}`" not in table] == ["name"]
