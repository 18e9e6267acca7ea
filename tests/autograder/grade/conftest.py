"""A course with a class of students, and the command that grades it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]


class Class:
    """A toy course with some students, graded by ``autograder grade``."""

    def __init__(self, course, toy, students=()):
        self.course, self.toy, self.root = course, toy, course.root
        course.run("generate_assignment", toy.lab)
        for number, student in enumerate(students):
            self.hand_in(student, number)

    def hand_in(self, student, number, body="x * x"):
        """Hand in a solution that is like no other; a wrong one for another `body`."""
        notebook = self.course.solved()
        cell = self.toy.named(notebook, "1-1")
        cell.source = cell.source.replace("x * x", f"{body}  # {number}")
        self.course.submit(student, notebook)

    def start(self, *arguments, **environment):
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", "grade", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.root)]),
                 "COLUMNS": "150", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )  # fmt: skip

    def grade(self, *arguments, code=0, **environment):
        """What the command printed; it has to end with this code."""
        process = self.start("--workers", "2", *arguments, **environment)
        said, _ = process.communicate(timeout=600)
        assert process.returncode == code, said
        return said

    def stored(self):
        """The stored results and when they were written."""
        return {path.name: path.stat().st_mtime_ns for path in self.root.glob("results/*/*.result")}

    def table(self):
        """All scores of all students."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            return {
                (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
                for submission in gradebook.assignment_submissions(self.toy.lab)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }

    def scores(self):
        """The scores of the graded cell that there are."""
        return {grade for (_, name), grade in self.table().items() if name == "test-1-1"}


@pytest.fixture(scope="session")
def make_class(make_course, toy):
    """Makes a course in a folder, with students."""

    def make(root, students=()):
        return Class(make_course(root), toy, students)

    return make


@pytest.fixture
def short_tmp(monkeypatch):
    """A folder for temporary files whose path leaves room for the names of sockets."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="kdt-", dir="/tmp") as name:
        monkeypatch.setenv("TMPDIR", name)
        yield Path(name)


def ours(mark):
    """Processes of which the environment has a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("KDLAB_MARK") == mark and process.pid != os.getpid():
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.fixture
def processes():
    """Finds the processes of a run by the mark that it was started with; ends them in the end."""
    marks = []

    def find(mark):
        marks.append(mark)
        return ours(mark)

    yield find
    for mark in marks:
        for process in ours(mark):
            process.kill()


@pytest.fixture
def gone(processes):
    """Waits until no process of a run is left; gives those that stay."""

    def wait(mark, seconds=20):
        until = time.monotonic() + seconds
        while (left := processes(mark)) and time.monotonic() < until:
            time.sleep(0.2)
        return [process.cmdline() for process in left if process.is_running()]

    return wait


@pytest.fixture
def kill():
    """Kills a process as a power cut would."""

    def end(process):
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    return end


@pytest.fixture
def job_of():
    """Makes a job whose versions no machine has."""
    from autograder.results.job import Job

    def make(**changes):
        facts = {"assignment": "lab1_toy", "notebook": "{}", "files": {}, "seed": 1, "test_seed": 1,
                 "environment": {}, "config": {}, "checks": "none", "libraries": "none",
                 "device": "cpu"}  # fmt: skip
        return Job(**{**facts, **changes})

    return make
