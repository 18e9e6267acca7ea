"""The table opens in a spreadsheet as it is, and no name in it becomes a formula."""

import csv
import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.export import COLUMNS, CsvExport, harmless

# nbgrader's own way of adding a submission.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def gradebook(tmp_path, monkeypatch):
    # nbgrader calls `alembic` when it makes a database.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        for lab in ("lab1", "lab2"):
            gradebook.add_assignment(lab)
            gradebook.add_notebook("nb", lab)
            gradebook.add_grade_cell("test-1", "nb", lab, max_score=4, cell_type="code")
        gradebook.add_student("mina", last_name='Kim, "M"', first_name="=cmd|' /C calc'!A0")
        gradebook.add_student("jun", last_name="이", email="jun@example.org")
        gradebook.add_submission("lab1", "mina")
        grade = gradebook.find_grade("test-1", "nb", "lab1", "mina")
        grade.auto_score, grade.needs_manual_grade = 3, False
        gradebook.db.commit()
        yield gradebook


def export(gradebook, folder, **options):
    target = folder / "out.csv"
    CsvExport(to=str(target), **options).export(gradebook)
    with open(target, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows = {(row["assignment"], row["student_id"]): row for row in reader}
    assert tuple(reader.fieldnames) == COLUMNS
    return rows


def test_names_with_commas_quotes_and_hangul_come_back_whole(gradebook, tmp_path):
    rows = export(gradebook, tmp_path)
    assert rows["lab1", "mina"]["last_name"] == 'Kim, "M"'
    assert rows["lab1", "jun"]["last_name"] == "이"
    assert rows["lab1", "mina"]["score"] == "3.0"
    assert rows["lab1", "mina"]["waiting"] == ""


def test_a_formula_is_defused(gradebook, tmp_path):
    assert export(gradebook, tmp_path)["lab1", "mina"]["first_name"].startswith("'=cmd")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1"])
def test_text_that_begins_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text
    assert harmless("a" + text) == "a" + text


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert harmless(-1.5) == -1.5
    assert harmless(None) == ""


def test_who_handed_in_nothing_and_what_waits_is_said(gradebook, tmp_path):
    gradebook.find_grade("test-1", "nb", "lab1", "mina").needs_manual_grade = True
    gradebook.db.commit()
    rows = export(gradebook, tmp_path)
    assert rows["lab1", "mina"]["waiting"] == "test-1"
    assert rows["lab1", "jun"]["waiting"] == "no submission"


def test_one_assignment_or_student_can_be_chosen(gradebook, tmp_path):
    assert set(export(gradebook, tmp_path, assignment=["lab2"])) == {
        ("lab2", "mina"),
        ("lab2", "jun"),
    }
    assert set(export(gradebook, tmp_path, student=["jun"])) == {("lab1", "jun"), ("lab2", "jun")}
