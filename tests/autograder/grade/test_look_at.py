"""Graded, and to be looked at by a person: from a score to the table, the log and the booking."""

import logging
from io import StringIO

import pytest
from nbformat.v4 import new_code_cell, new_output
from rich.console import Console

from autograder.classrun import Note
from autograder.classrun.ledger import Ledger
from autograder.classrun.run_report import report
from autograder.grade.table import Row, make_table
from autograder.marks.score import SCORE_TYPE, CheckScore, Score, read_result
from autograder.notes import Notes
from autograder.results import Bookings
from labkit.judge.messages import Text

WHERE = {"student": "mina", "assignment": "lab1", "notebook": "lab1"}
LOOK = "test-2-4: exec or eval of computed code, cell 3, line 1: exec(text)"


def test_it_travels_in_the_score():
    check = CheckScore("value", Text("값", "value"), 2.0, 1.0, "correct")
    score = Score("2-4", [check], ["exec or eval of computed code, cell 3, line 1: exec(text)"])
    data = {SCORE_TYPE: score.as_json(), "text/plain": repr(score)}
    meta = {"nbgrader": {"grade": True, "solution": False, "grade_id": "test-2-4", "points": 3}}
    output = new_output("execute_result", data=data)
    result = read_result(new_code_cell("", metadata=meta, outputs=[output]))
    assert (result.points, result.look_at) == (3.0, score.look_at)
    assert read_result(new_code_cell("", metadata=meta, outputs=[])).look_at == ()


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(Bookings(tmp_path), f"sqlite:///{tmp_path}/gradebook.db", lambda *_: None)
    made.start("lab1", "mina", "digest")
    return made


def test_it_is_booked_and_is_neither_a_repair_nor_ungraded(ledger):
    ledger.take(WHERE, Notes(look_at=[LOOK], key="ab"))
    ledger.book(ledger.opened(WHERE))
    booking = ledger.bookings.get("lab1", "mina")
    assert (booking.look_at, booking.repairs, booking.ungraded) == ((LOOK,), (), ())
    assert booking.handed_in == "digest"  # it is not graded again for that
    assert not ledger.has_ungraded


def test_the_log_and_the_table_name_it(caplog):
    note = Note("mina", "lab1", LOOK, "Look at")
    with caplog.at_level(logging.WARNING):
        report(logging.getLogger("test"), [note], [], 0)
    assert caplog.messages == [f"Look at: mina, lab1: {LOOK}"]
    rows = [Row("a", {}, False, True), Row("b", {"2-4": 3.0}, False, False, look=True)]
    console = Console(file=StringIO(), width=100)
    console.print(make_table("lab1", rows))
    assert "look at" in console.file.getvalue()


def test_those_are_listed_before_the_repaired(monkeypatch):
    from autograder.grade import table

    monkeypatch.setattr(table, "read_grades", lambda *_: [])
    notes = [
        Note("repaired", "lab1", "x"),
        Note("look", "lab1", LOOK, "Look at"),
        Note("ungraded", "lab1", "y", "UNGRADED"),
    ]
    monkeypatch.setattr(table, "read_grades", lambda *_: list(map(Graded, "abc")) + [
        Graded(note.student) for note in notes
    ])  # fmt: skip
    order = [row.student for row in table.read_rows(None, "lab1", notes)]
    assert order == ["ungraded", "look", "repaired", "a", "b", "c"]


class Graded:
    """Somebody's points."""

    points = {"2-4": 3.0}  # noqa: RUF012

    def __init__(self, name):
        self.student = type("Student", (), {"id": name})
