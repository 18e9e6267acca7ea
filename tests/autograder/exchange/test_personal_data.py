"""What tells of students stays out of the repository: git sees none of the tables and exports."""

import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.exchange import (
    CanvasExport,
    CsvExport,
    ExerciseExport,
    GradescopeExport,
    MoodleExport,
)
from autograder.publishing.new_course import make_course

ROOT = Path(__file__).resolve().parents[3]
EXPORTS = (CsvExport, ExerciseExport, CanvasExport, MoodleExport, GradescopeExport)
#: What the documents tell to write there, or commands leave there.
WRITTEN = (
    "students.csv", "extensions.csv", "downloaded/lab1/times.csv", "downloaded/lab1/anonymous.csv",
    "downloaded/lab1/left-out.csv", "downloaded/lab1/archive/x.zip", "report.html",
    "submitted/mina/lab1/lab1.ipynb", "autograded/mina/lab1/lab1.ipynb",
    "feedback/mina/lab1/lab1.html", "results/ab/x.result", "gradebook.db.2026-03-01",
)  # fmt: skip


def git(folder, *arguments):
    """What git says in a folder."""
    command = ["git", "-c", "core.excludesFile=", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(params=["this project", "a new course"])
def repository(request, tmp_path, monkeypatch):
    """A repository with nothing in it but what it ignores."""
    folder = tmp_path / "repository"
    folder.mkdir()
    if request.param == "a new course":
        make_course("optics", tmp_path)
        shutil.copy(tmp_path / "optics" / ".gitignore", folder)
    else:
        shutil.copy(ROOT / ".gitignore", folder)
    git(folder, "init", "--quiet")
    git(folder, "add", ".gitignore")
    monkeypatch.chdir(folder)
    return folder


def test_git_sees_no_export_and_no_table_of_students(repository, gradebook, config):
    for exporter in EXPORTS:
        exporter(config=config).export(gradebook)
    there = {path.name for path in repository.iterdir()}
    assert {"grades.csv", "exercises.csv", "canvas.csv", "moodle.csv", "gradescope"} <= there
    for name in WRITTEN:
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Kim Mina")
    assert git(repository, "status", "--porcelain", "--untracked-files=all").splitlines() == [
        "A  .gitignore"
    ]


def test_git_sees_what_is_the_courses(repository):
    for name in ("solutions/lab1/lab1.ipynb", "labs/lab1/lab1.ipynb", "nbgrader_config.py"):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert len(git(repository, "status", "--porcelain", "--untracked-files=all").splitlines()) == 4
