"""A small gradebook: two labs, two students, one of them with a name that is a formula."""

import csv
import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, LoggingConfigurable

from autograder.exchange import FolderCollector, PlatformExtractor

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The gradebook's file, made once: nbgrader calls `alembic` when it makes a database."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        with warnings.catch_warnings(), Gradebook(f"sqlite:///{path}") as gradebook:
            warnings.simplefilter("ignore")  # nbgrader's own way of adding a submission
            fill(gradebook)
    return path


def fill(gradebook):
    """Mina has 3 of 4 points in lab1 and 2 by hand; Jun handed in nothing."""
    for lab in ("lab1", "lab2"):
        gradebook.add_assignment(lab, duedate="2026-03-01")
        gradebook.add_notebook("nb", lab)
        gradebook.add_grade_cell("test-1-1", "nb", lab, max_score=4, cell_type="code")
        gradebook.add_grade_cell("1-w", "nb", lab, max_score=2, cell_type="markdown")
    gradebook.add_student("mina", last_name='Kim, "M"', first_name=FORMULA)
    gradebook.add_student("jun", last_name="이", email="jun@example.org")
    gradebook.add_submission("lab1", "mina")
    mark(gradebook, "test-1-1", auto=3)
    mark(gradebook, "1-w", manual=2)


@pytest.fixture
def gradebook(tmp_path, filled):
    """A copy of one's own."""
    shutil.copy(filled, tmp_path / "gradebook.db")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        yield gradebook


def mark(gradebook, name, auto=None, manual=None, student="mina"):
    """Grade an exercise of lab 1; without points it waits for a person."""
    grade = gradebook.find_grade(name, "nb", "lab1", student)
    grade.auto_score, grade.manual_score = auto, manual
    grade.needs_manual_grade = auto is None and manual is None
    gradebook.db.commit()


@pytest.fixture(name="mark")
def marker():
    """The function that grades an exercise."""
    return mark


@pytest.fixture
def config(tmp_path):
    """The configuration of a course in the temporary folder."""
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    return config


@pytest.fixture
def export(gradebook, tmp_path, config):
    """Runs an exporter; gives the rows of the CSV file that it wrote."""

    def run(exporter, **options):
        target = tmp_path / "out.csv"
        exporter(to=str(target), config=config, **options).export(gradebook)
        with open(target, newline="", encoding="utf-8-sig") as file:
            return list(csv.reader(file))

    return run


@pytest.fixture
def collect(tmp_path, filled, config, caplog):
    """Collects from files; gives what was taken, by student and notebook. `said`: the log."""
    lab = "lab1"
    shutil.copy(filled, tmp_path / "gradebook.db")
    app = LoggingConfigurable(config=config)
    app.coursedir = CourseDirectory(config=config, assignment_id=lab)
    archive, extracted = (tmp_path / "downloaded" / lab / name for name in ("archive", "extracted"))

    def run(files):
        for name, content in files.items():
            path = archive / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        extracted.mkdir(parents=True)
        PlatformExtractor(parent=app).extract(str(archive), str(extracted))
        run.said = caplog.text
        collector = FolderCollector(parent=app)
        found = {}
        for path in extracted.rglob("*.ipynb"):
            info = collector.collect(str(path))
            found[info["student_id"], info["file_id"]] = path.read_bytes()
            run.times[info["student_id"]] = info.get("timestamp")
        outside = [path for path in tmp_path.rglob("*") if "evil" in path.name]
        assert not outside, outside
        return found

    run.times, run.folder = {}, archive.parent
    return run
