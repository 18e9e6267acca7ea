"""The stock commands on a class of good, bad and broken submissions, run once for all tests."""

import copy
import csv
import json
import sqlite3

import nbformat
import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.slow

SECRETS = ("toy_checks", "hidden_input", "hidden_value", "123454321", "HIDDEN TESTS", "GraderError")


def hand_in(course, toy):
    """One submission of every kind."""
    named, solved, released = toy.named, course.solved, course.released
    course.submit("right", solved())
    course.submit("untouched", released())

    def answer(student, code):
        notebook = solved()
        named(notebook, "1-1").source = "def square(x):\n    " + code
        course.submit(student, notebook)

    answer("partly", "return x + x")
    answer("nothing-returned", "pass")
    answer("raises", "return 1 / 0")
    answer("graders-fault", "return 'grader'")
    answer("dies", "import os; os._exit(1)")

    course.submit("broken", b'{"cells": [')
    course.submit("html", b"<!DOCTYPE html><html>")
    course.submit("with-bom", b"\xef\xbb\xbf" + nbformat.writes(solved()).encode())

    colab = json.loads(nbformat.writes(solved()))
    colab["nbformat_minor"] = 0
    for cell in colab["cells"]:
        del cell["id"]
        cell["metadata"] = {"id": "x"}
    course.submit("colab", json.dumps(colab).encode())

    doubled = solved()
    doubled.cells.insert(0, copy.deepcopy(named(doubled, "1-1")))
    doubled.cells.append(copy.deepcopy(named(doubled, "test-1-1")))
    course.submit("doubled", doubled)

    deleted = solved()
    deleted.cells = [cell for cell in deleted.cells if cell.id not in ("solution", "test")]
    course.submit("deleted", deleted)

    emptied = solved()
    for cell in emptied.cells:
        cell.metadata["nbgrader"] = {}
    course.submit("emptied", emptied)

    skipped = released()
    named(skipped, "test-1-1").metadata["tags"] = ["skip-execution"]
    named(skipped, "test-1-1").metadata.nbgrader["points"] = 400
    course.submit("skipped", skipped)

    for student in ("again-good", "again-named", "again-marked", "again-partly"):
        course.submit(student, solved())
    course.submit("again-bad", b"")

    (course.root / "submitted" / "nobody" / toy.lab).mkdir(parents=True)


EXPECTED = {
    "right": 4,
    "untouched": 0,
    "partly": 1,
    "nothing-returned": 0,
    "raises": 0,
    "dies": 0,
    "with-bom": 4,
    "colab": 4,
    "doubled": 4,
    "deleted": 0,
    "emptied": 4,
    "skipped": 0,
    "again-good": 4,
    "again-named": 4,
    "again-marked": 4,
    "again-partly": 4,
}
UNGRADED = ("graders-fault", "broken", "html", "again-bad")


@pytest.fixture(scope="module")
def graded(released_course, toy):
    """The course after autograde, with what the command said."""
    hand_in(released_course, toy)
    released_course.done = released_course.run("autograde", toy.lab, check=False)
    return released_course


@pytest.mark.parametrize(("student", "points"), EXPECTED.items())
def test_everyone_who_can_be_graded_is(graded, student, points):
    assert graded.grades(student)["test-1-1"] == (points, False)


@pytest.mark.parametrize("student", UNGRADED)
def test_who_cannot_be_graded_waits_for_a_person_without_a_zero(graded, student):
    assert graded.grades(student)["test-1-1"] == (None, True)


def test_written_answers_wait_for_a_person_unless_there_is_none(graded):
    assert graded.grades("right")["1-w"] == (None, True)
    assert graded.grades("untouched")["1-w"] == (0, False)


def test_the_exit_code_and_the_last_lines_say_who_is_ungraded(graded):
    assert graded.done.returncode == 1
    lines = graded.done.stderr.strip().split("\n")
    assert lines[-1].endswith(
        "4 submission(s) need a person: again-bad, broken, graders-fault, html. "
        "All others are graded."
    )
    report = "\n".join(lines[-15:])
    assert (
        "UNGRADED: broken, lab1_toy: UnreadableNotebookError: lab1_toy.ipynb is not JSON" in report
    )
    assert "UNGRADED: graders-fault, lab1_toy: test-1-1: GraderError: the reference" in report
    assert "UNGRADED: dies" not in report  # a kernel that dies costs what it was to compute


def test_repairs_and_missing_submissions_are_reported(graded):
    said = graded.done.stderr
    assert "Repaired: deleted, lab1_toy: cell 1-1 was missing" in said
    assert "Repaired: doubled, lab1_toy: cell test-1-1 was there more than once" in said
    assert "No submission: nobody, lab1_toy" in said


def test_student_code_ran_with_the_grading_profile(graded, toy):
    text = (graded.root / "autograded" / "right" / toy.lab / f"{toy.lab}.ipynb").read_text("utf-8")
    assert "profile grading" in text


def test_feedback_has_points_and_messages_and_nothing_of_the_test(graded, toy):
    graded.run("generate_feedback", toy.lab)
    for student in [*EXPECTED, "graders-fault"]:
        for step, suffix in (("feedback", "html"), ("autograded", "ipynb")):
            file = graded.root / step / student / toy.lab / f"{toy.lab}.{suffix}"
            text = file.read_text("utf-8")
            assert not [secret for secret in SECRETS if secret in text], (student, step)
    folder = graded.root / "feedback"
    page = (folder / "partly" / toy.lab / f"{toy.lab}.html").read_text("utf-8")
    assert "1-1: 1 / 4" in page
    assert "not the square" in page
    assert "prefers-color-scheme" in page
    page = (folder / "raises" / toy.lab / f"{toy.lab}.html").read_text("utf-8")
    assert "your code raised StudentCodeError &lt;b&gt;here&lt;/b&gt;" in page
    page = (folder / "graders-fault" / toy.lab / f"{toy.lab}.html").read_text("utf-8")
    assert "Not graded yet" in page
    assert "the reference" not in page


def test_export_writes_every_student_and_what_still_waits(graded):
    graded.run("export")
    with open(graded.root / "grades.csv", newline="", encoding="utf-8-sig") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*EXPECTED, *UNGRADED}
    assert (rows["doubled"]["score"], rows["doubled"]["waiting"]) == ("4.0", "1-w")
    assert (rows["untouched"]["score"], rows["untouched"]["waiting"]) == ("0.0", "")
    assert rows["dies"]["waiting"] == "1-w"


def test_the_gradebook_lies_in_the_root_and_its_names_are_the_sources(graded):
    with sqlite3.connect(graded.root / "gradebook.db") as database:
        names = {name for (name,) in database.execute("select name from base_cell")}
    assert {"1-1", "test-1-1", "1-w"} <= names


def test_grading_again_keeps_nothing_stale_and_no_ones_marks_get_lost(graded, toy):
    graded.submit("again-good", b"not a notebook any more")
    graded.submit("again-bad", graded.solved())
    worse = graded.solved()
    toy.named(worse, "1-1").source = "def square(x):\n    return x + x"
    graded.submit("again-partly", worse)
    folder = graded.root / "submitted" / "again-named" / toy.lab
    (folder / f"{toy.lab}.ipynb").rename(folder / "Copy of it.ipynb")
    address = f"sqlite:///{graded.root}/gradebook.db"
    with Gradebook(address) as gradebook:
        gradebook.find_grade("1-w", toy.lab, toy.lab, "again-marked").manual_score = 2
        gradebook.db.commit()

    done = graded.run("autograde", toy.lab, "--student", "again-*", "--force", check=False)
    assert done.returncode == 1
    assert graded.grades("again-good") == {"test-1-1": (None, True), "1-w": (None, True)}
    assert graded.grades("again-bad")["test-1-1"] == (4, False)
    assert graded.grades("again-partly")["test-1-1"] == (1, False)
    assert graded.grades("again-named")["test-1-1"] == (4, False)
    assert f"Repaired: again-named, {toy.lab}: graded the file Copy of it.ipynb" in done.stderr
    with Gradebook(address) as gradebook:
        assert gradebook.find_submission(toy.lab, "again-marked").score == 6


FILES = {
    "mina_lab1_toy.ipynb": "mina",
    "kimjun_LATE_123_4567_lab1_toy-2.ipynb": "kimjun",
    "2026-1234_lab1_toy.ipynb": "2026-1234",
    "Copy of soo_lab1_toy (1).ipynb": "soo",
    "하나_lab1_toy의 사본.ipynb": "하나",
}


def test_zip_collect_takes_the_names_that_platforms_give(released_course, toy):
    course = released_course
    archive = course.root / "downloaded" / toy.lab / "archive"
    archive.mkdir(parents=True)
    for file in FILES:
        (archive / file).write_text(nbformat.writes(course.solved()), "utf-8")
    course.run("zip_collect", toy.lab)
    for student in FILES.values():
        assert (course.root / "submitted" / student / toy.lab / f"{toy.lab}.ipynb").exists()
