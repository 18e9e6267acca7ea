"""Submissions that are executed elsewhere are booked here, whatever comes back."""

import os

import pytest

from autograder.classrun import Order
from autograder.errors import GraderError
from autograder.grade import labs
from autograder.notebooks import is_graded_code
from autograder.results import Bookings, ResultStore
from autograder.results.store import StoreError

pytestmark = pytest.mark.slow

STUDENTS = ("ara", "bora", "chul", "dana")
FULL, OPEN = (4.0, False), (None, True)


@pytest.fixture
def make_workers(full_points, in_turn):
    """Makes what stands for workers; they note what they are asked, and what is told."""

    class Workers(in_turn):
        def __init__(self):
            super().__init__(full_points, most=2)
            self.asked, self.told = [], []

        def expect(self, assignment, number):
            self.total = number

        def tell(self, student, state):
            self.told.append((student, state))

        def submit(self, job):
            self.asked.append(job.key)
            super().submit(job)

    return Workers


@pytest.fixture
def room(course, toy):
    """A released course in which four students handed in, of whom two the same."""
    course.run("generate_assignment", toy.lab)
    for number, student in enumerate(STUDENTS):
        notebook = course.solved()
        cell = toy.named(notebook, "1-1")
        cell.source = cell.source.replace("x * x", f"x * x  # {max(1, number)}")
        course.submit(student, notebook)
    return course


@pytest.fixture
def grade(room, toy, make_workers, monkeypatch):
    """Grades the course with made-up workers; gives them."""
    monkeypatch.setenv("PATH", os.environ["PATH"])

    def go(**settings):
        workers = make_workers()
        for name in set(settings) & set(vars(workers)):
            setattr(workers, name, settings.pop(name))
        order = Order(workers, workers, **settings)
        labs.grade(room.root, [toy.lab], order)
        workers.notes, workers.missing = order.notes, order.missing
        return workers

    return go


def scores(room):
    return {student: room.grades(student)["test-1-1"] for student in STUDENTS}


def test_every_result_is_booked_and_the_same_notebook_is_asked_for_once(grade, room, toy):
    workers = grade()
    assert scores(room) == dict.fromkeys(STUDENTS, FULL)
    assert len(workers.asked) == 3
    assert sorted(workers.told) == [(student, "executed") for student in STUDENTS]
    booked = {booking.student: booking for booking in Bookings(room.root / "results").all()}
    assert set(booked) == set(STUDENTS)
    assert all(booking.handed_in and not booking.ungraded for booking in booked.values())
    assert booked["ara"].keys == booked["bora"].keys == {toy.lab: workers.asked[0]}


def test_nothing_is_asked_for_twice(grade):
    grade()
    again = grade()
    assert again.asked == []
    assert {state for _, state in again.told} == {"unchanged"}


def test_a_result_with_a_fault_is_shown_and_not_stored(grade, room, make_record, full_points):
    def faulty(job):
        record = full_points(job)
        (bad,) = make_record(points=None).notebook.cells[1].outputs
        for cell in filter(is_graded_code, record.notebook.cells):
            cell.outputs = [bad]
        return record

    workers = grade(answer=faulty)
    assert scores(room) == dict.fromkeys(STUDENTS, OPEN)
    assert labs.exit_code(workers.notes) == 3
    assert not any(ResultStore(room.root / "results").path(key).exists() for key in workers.asked)
    assert grade().asked == workers.asked


def test_what_no_worker_could_do_leaves_no_score_and_is_tried_again(grade, room):
    grade()
    workers = grade(fresh=True, answer=lambda job: GraderError("the worker died"))
    assert scores(room) == dict.fromkeys(STUDENTS, OPEN)
    assert all("the worker died" in note.text and note.fault for note in workers.notes)
    assert not list((room.root / "autograded").glob("*/*/*.ipynb"))
    again = grade()
    assert scores(room) == dict.fromkeys(STUDENTS, FULL)
    assert again.asked == []  # the results of the first run were still stored


def test_a_full_disk_ends_the_run_and_what_was_stored_stays(grade, room, monkeypatch):
    put, asked = ResultStore.put, []

    def one_fits(self, record):
        asked.append(record.key)
        if len(asked) > 1:
            raise StoreError("No space left on device")
        put(self, record)

    monkeypatch.setattr(ResultStore, "put", one_fits)
    with pytest.raises(StoreError, match="No space left"):
        grade(most=0)
    monkeypatch.undo()
    assert grade().asked == asked[1:2] + [key for key in grade_keys(room) if key not in asked]
    assert scores(room) == dict.fromkeys(STUDENTS, FULL)


def grade_keys(room):
    """The keys of all booked results, by student."""
    booked = Bookings(room.root / "results").all()
    return list(dict.fromkeys(key for booking in booked for key in booking.keys.values()))


def test_chosen_students_alone(grade, room):
    workers = grade(students=frozenset({"chul", "nobody"}))
    assert workers.told == [("chul", "executed")]
    assert workers.total == 1
    assert room.grades("chul")["test-1-1"] == FULL
