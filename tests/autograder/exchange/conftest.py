"""A small gradebook: two labs, two students, one of them with a name that is a formula."""

import csv
import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

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
