"""From the published zip to the feedback, on the real course: what a student and a grader do."""

import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from conftest import PROFILE, ROOT
from machine import machine_or_skip
from nbgrader.api import Gradebook

from autograder.demo.course import fill
from autograder.notebooks import read_notebook

pytestmark = pytest.mark.slow

STUDENTS = {"solved": "kimmina", "untouched": "leejun"}


def saved(path):
    """A notebook with the outputs that were saved in it."""
    return nbformat.read(path, as_version=4)


def text_of(cell):
    return "".join(
        output.get("text") or str(output.get("data", {}).get("text/plain", ""))
        for output in cell.get("outputs", [])
    )


def checks_of(notebook):
    """What each self-check printed."""
    return [text_of(cell) for cell in notebook.cells if "kdlab.check(" in cell.source]


@pytest.mark.parametrize("package", ["kdlab", "kdcourse", "nbgrader", "pandas", "jupyterlab"])
def test_the_machine_has_nothing_but_what_colab_has(colab, tmp_path, package):
    done = colab.run("-c", f"import {package}", folder=tmp_path)
    assert f"No module named '{package}'" in done.stderr


def test_the_machine_reaches_nobody(colab, tmp_path):
    code = "import socket; socket.create_connection(('1.1.1.1', 443), 3)"
    assert "unreachable" in colab.run("-c", code, folder=tmp_path).stderr


def test_without_wheel_and_network_the_first_cell_says_what_to_do(published, tmp_path):
    """On a machine of its own: nothing was installed there before."""
    alone = shutil.copy(published / "labs/lab1_baseline/lab1_baseline.ipynb", tmp_path)
    done = machine_or_skip(tmp_path / "machine").run_all(tmp_path / "lab1_baseline.ipynb")
    assert done.returncode != 0
    said = done.stderr
    assert "Check the network and run this cell again" in said
    assert "인터넷 연결을 확인하고 이 셀을 다시 실행합니다" in said
    assert re.search(r"download kdlab-[\d.]+-py3-none-any\.whl anew", said)
    assert "CalledProcessError" not in said
    first = next(cell for cell in saved(alone).cells if cell.cell_type == "code")
    assert first.outputs[0].output_type == "error"  # IPython adds a word on how to leave


@pytest.fixture(scope="session")
def handed_in(published, colab, course):
    """Walks with a lab as both students, once; gives the notebooks that they saved."""
    walked = {}

    def walk(lab):
        if lab not in walked:
            walked[lab] = {who: work(published, colab, course, lab, who) for who in STUDENTS}
        return walked[lab]

    return walk


def work(published, colab, course, lab, who):
    """Open a lab of the bundle in a folder of one's own, write the answers, *Run all*, save."""
    mine = published.with_name(who)
    if not mine.exists():
        shutil.copytree(published, mine)
    path = mine / "labs" / lab / f"{lab}.ipynb"
    if who == "solved":
        nbformat.write(fill(read_notebook(path), course.solutions(lab)), path)
    done = colab.run_all(path, **PROFILE)
    assert done.returncode == 0, done.stderr
    return path


def test_the_untouched_lab_runs_to_its_end(lab, handed_in, written_to_stderr):
    notebook = saved(handed_in(lab)["untouched"])
    assert written_to_stderr(notebook) == []
    checks = checks_of(notebook)
    assert checks and [text for text in checks if "ot attempted" not in text] == []


def test_the_solved_lab_runs_to_its_end_and_every_check_is_right(
    lab, handed_in, written_to_stderr
):
    notebook = saved(handed_in(lab)["solved"])
    assert written_to_stderr(notebook) == []
    checks = checks_of(notebook)
    assert checks and [text for text in checks if not text.startswith("✓")] == []


def test_the_solved_lab_gets_every_point_and_the_untouched_none(lab, handed_in, course):
    course.nbgrader("generate_assignment", lab)
    archive = course.folder / "downloaded" / lab / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "submissions.zip", "w") as file:  # as Canvas gives it out
        for number, (who, path) in enumerate(handed_in(lab).items()):
            file.write(path, f"{STUDENTS[who]}_{48 + number}_{901 + number}_{lab}.ipynb")
    course.nbgrader("zip_collect", lab)
    grade(course, lab)
    course.nbgrader("generate_feedback", lab)
    items = [item for item in course.items(lab) if not item.by_hand]
    by_hand = sum(item.points for item in course.items(lab) if item.by_hand)
    assert sum(item.points for item in items) + by_hand == 25
    for who, student in STUDENTS.items():
        with Gradebook(course.database) as gradebook:
            found = {
                item.exercise: gradebook.find_grade(item.cell, lab, lab, student).score
                for item in items
            }
        wanted = {item.exercise: item.points if who == "solved" else 0 for item in items}
        assert found == wanted, student
        page = (course.folder / "feedback" / student / lab / f"{lab}.html").read_text("utf-8")
        assert items[0].exercise in page


def grade(course, lab):
    """`make grade`'s command for one lab."""
    command = [sys.executable, "-m", "autograder", "grade", lab, "--workers", "1"]
    where = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": where}
    done = subprocess.run(
        command, cwd=course.folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
