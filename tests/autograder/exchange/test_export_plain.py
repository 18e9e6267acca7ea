"""The tables open in a spreadsheet as they are, and no name in them becomes a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exchange import CsvExport, ExerciseExport
from autograder.exchange.harmless import harmless, write_csv
from autograder.exchange.plain import COLUMNS


@pytest.fixture
def by_student(export):
    """The rows of `CsvExport` by assignment and student."""

    def run(**options):
        header, *rows = export(CsvExport, **options)
        assert tuple(header) == COLUMNS
        found = [dict(zip(header, row, strict=True)) for row in rows]
        return {(row["assignment"], row["student_id"]): row for row in found}

    return run


def test_names_with_commas_quotes_and_hangul_come_back_whole(by_student):
    rows = by_student()
    assert rows["lab1", "mina"]["last_name"] == 'Kim, "M"'
    assert rows["lab1", "jun"]["last_name"] == "이"
    assert rows["lab1", "mina"]["score"] == "5.0"
    assert rows["lab1", "mina"]["max_score"] == "6.0"
    assert rows["lab1", "mina"]["waiting"] == ""


def test_a_formula_is_defused(by_student):
    assert by_student()["lab1", "mina"]["first_name"].startswith("'=cmd")


def test_who_handed_in_nothing_and_what_waits_is_said(by_student, gradebook, mark):
    mark(gradebook, "1-w")
    rows = by_student()
    assert rows["lab1", "mina"]["waiting"] == "1-w"
    assert rows["lab1", "jun"]["waiting"] == "no submission"


def test_one_assignment_or_student_can_be_chosen(by_student):
    assert set(by_student(assignment=["lab2"])) == {("lab2", "mina"), ("lab2", "jun")}
    assert set(by_student(student=["jun"])) == {("lab1", "jun"), ("lab2", "jun")}


def test_exercises_have_a_column_each_and_no_grade_is_an_empty_cell(export, gradebook, mark):
    mark(gradebook, "1-w")
    header, jun, mina = export(ExerciseExport)
    assert header[3:7] == ["lab1 1-1 (4)", "lab1 1-w (2)", "lab2 1-1 (4)", "lab2 1-w (2)"]
    assert mina[3:7] == ["3.0", "", "", ""]
    assert mina[-2:] == ["3.0", "lab1: 1-w; lab2: no submission"]
    assert jun[:2] == ["jun", "이"]
    assert jun[3:7] == [""] * 4
    assert jun[-1] == "lab1: no submission; lab2: no submission"


def test_what_lateness_takes_stands_in_a_column_and_is_taken_from_the_total(export, gradebook):
    gradebook.find_submission_notebook("nb", "lab1", "mina").late_submission_penalty = 1.5
    gradebook.db.commit()
    header, _, mina = export(ExerciseExport)
    row = dict(zip(header, mina, strict=True))
    assert (row["lab1 late"], row["total"]) == ("1.5", "3.5")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's add_submission
def test_the_total_is_what_nbgrader_adds_up(by_student, gradebook):
    gradebook.find_grade("1-w", "nb", "lab1", "mina").extra_credit = 0.5
    gradebook.add_submission("lab2", "jun")
    gradebook.db.commit()
    for (lab, student), row in by_student().items():
        if row["waiting"] != "no submission":
            assert float(row["raw_score"]) == gradebook.find_submission(lab, student).score


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1"])
def test_text_that_begins_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text
    assert harmless("a" + text) == "a" + text


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert harmless(-1.5) == -1.5
    assert harmless(None) == ""


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")),
                         min_size=1), min_size=1))  # fmt: skip
def test_whatever_text_goes_in_the_same_cells_come_out_and_none_is_a_formula(
    tmp_path_factory, rows
):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(path, rows, mark=False)
    read = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not [cell for row in read for cell in row if cell.startswith(("=", "+", "-", "@"))]
