"""What learning platforms take: their columns, and never a zero for what has no grade."""

import json
import logging

import pytest
from nbformat.v4 import new_notebook, new_output

from autograder.exchange import CanvasExport, GradescopeExport, MoodleExport
from autograder.marks.score import SCORE_TYPE
from autograder.results import Booking, Bookings, Record, ResultStore


@pytest.fixture
def roster(tmp_path):
    """A table as Canvas exports it, with our ids added."""
    (tmp_path / "students.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Email address,student_id\n"
        "    Points Possible,,,,,,\n"
        '"Lee, Jun",4711,S-1,junlee,KD 2,jun@uni.example,jun\n',
        "utf-8",
    )


def test_canvas_gets_its_columns_the_points_possible_and_empty_cells(export, roster):
    header, possible, jun, mina = export(CanvasExport, columns={"lab1": "Lab 1 (99)"})
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section",
                      "Lab 1 (99)", "lab2"]  # fmt: skip
    assert possible == ["    Points Possible", "", "", "", "", "6.0", "6.0"]
    assert jun == ["Lee, Jun", "4711", "S-1", "junlee", "KD 2", "", ""]
    assert mina == ["Kim, \"M\", =cmd|' /C calc'!A0", "", "", "mina", "", "5.0", ""]


def test_a_total_that_still_waits_is_no_grade(export, gradebook, mark, caplog):
    mark(gradebook, "1-w")
    with caplog.at_level(logging.WARNING):
        mina = export(CanvasExport)[3]
    assert mina[5:] == ["", ""]
    assert "No grade yet: mina, lab1: 1-w" in caplog.messages


def test_moodle_gets_points_and_says_what_waits(export, gradebook, mark, roster):
    mark(gradebook, "1-w")
    header, jun, mina = export(MoodleExport)
    assert header[:3] == ["ID number", "Username", "Email address"]
    assert header[5:] == ["lab1", "lab1 (Feedback)", "lab2", "lab2 (Feedback)"]
    assert jun[:3] == ["jun", "jun", "jun@uni.example"]
    assert mina[5:] == ["", "not graded yet: 1-w", "", "no submission"]
    mark(gradebook, "1-w", manual=0)
    assert export(MoodleExport)[2][5:7] == ["3.0", ""]


@pytest.mark.parametrize("exporter", [CanvasExport, MoodleExport])
def test_no_cell_of_a_platforms_table_is_a_formula(export, gradebook, exporter):
    gradebook.update_or_create_student("mina", last_name="@SUM(A1)", first_name="")
    gradebook.update_or_create_student("-jun", last_name="+1")
    rows = export(exporter)
    assert [cell for row in rows for cell in row if cell.startswith("'")]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def checks():
    """A score with a check that passed and one that did not."""
    right = {"id": "a", "share": 1, "weight": 2, "outcome": "correct",
             "title": ["값", "value"], "message": ["", ""]}  # fmt: skip
    wrong = {**right, "id": "b", "share": 0.5, "outcome": "incorrect"}
    wrong["message"] = ["", "=too small"]
    return {"exercise": "1-1", "checks": [right, wrong]}


@pytest.fixture
def gradescope(gradebook, tmp_path, config, toy):
    """Exports to Gradescope; gives Mina's results. Her result of exercise 1-1 is in the store."""
    notebook = new_notebook(cells=[toy.named(toy.notebook(), "test-1-1")])
    score = {"text/plain": "3.0", SCORE_TYPE: checks()}
    notebook.cells[0].outputs = [new_output("execute_result", data=score)]
    ResultStore(tmp_path / "results").put(Record("abc", {}, notebook, {"all": 12.3, "student": 9}))
    Bookings(tmp_path / "results").put(Booking("lab1", "mina", "h", {"nb": "abc"}))

    def run():
        GradescopeExport(to=str(tmp_path / "out"), config=config).export(gradebook)
        assert [path.parent.name for path in (tmp_path / "out").rglob("*.json")] == ["mina"]
        return json.loads((tmp_path / "out/lab1/mina/results.json").read_text("utf-8"))

    return run


def test_gradescope_gets_every_check_with_its_message(gradescope):
    found = gradescope()
    assert found["score"] == 5.0
    assert found["visibility"] == "after_published"
    assert found["execution_time"] == 12.3
    right, wrong, by_hand = sorted(found["tests"], key=lambda test: test["number"])
    assert (right["score"], right["max_score"], right["status"]) == (2, 2, "passed")
    assert (wrong["score"], wrong["status"], wrong["output"]) == (1, "failed", "'=too small")
    assert (by_hand["name"], by_hand["score"], by_hand["max_score"]) == ("1-w", 2.0, 2.0)


def test_gradescope_is_told_what_has_no_grade(gradescope, gradebook, mark):
    mark(gradebook, "1-w")
    found = gradescope()
    (waiting,) = [test for test in found["tests"] if test["name"] == "1-w"]
    assert "score" not in waiting
    assert "Not graded yet" in waiting["output"]
    assert "no grade yet for: 1-w" in found["output"]


def test_a_persons_grade_stands_in_place_of_the_checks(gradescope, gradebook, mark):
    mark(gradebook, "test-1-1", auto=3, manual=4)
    tests = {test["name"]: test for test in gradescope()["tests"]}
    assert set(tests) == {"1-1", "1-w"}
    assert tests["1-1"]["score"] == 4.0


def test_without_a_stored_result_the_exercise_stands_for_its_checks(gradescope, tmp_path):
    Bookings(tmp_path / "results").forget("lab1", "mina")
    found = gradescope()
    assert {test["name"]: test["score"] for test in found["tests"]} == {"1-1": 3.0, "1-w": 2.0}
    assert "execution_time" not in found


@pytest.mark.slow
def test_the_stock_command_takes_the_exporters_by_name(released_course, toy):
    course = released_course
    course.submit("mina", course.solved())
    course.run("autograde", toy.lab)
    for name, target in [
        ("CanvasExport", "canvas.csv"),
        ("MoodleExport", "moodle.csv"),
        ("ExerciseExport", "exercises.csv"),
    ]:
        course.run("export", f"--exporter=autograder.exchange.{name}")
        assert '"mina"' in (course.root / target).read_text("utf-8-sig")
    course.run("export", "--exporter=autograder.exchange.GradescopeExport")
    target = f"gradescope/{toy.lab}/mina/results.json"
    found = json.loads((course.root / target).read_text("utf-8"))
    assert [test["name"] for test in found["tests"]] == ["1-1 값 / value", "1-w"]
    assert (found["score"], "no grade yet for: 1-w" in found["output"]) == (4, True)
