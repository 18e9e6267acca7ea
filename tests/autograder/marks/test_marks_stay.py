"""A person's mark belongs to the text of the answer: it stays with it, whatever is graded again."""

import contextlib
import os

import pytest
from nbgrader.api import Gradebook

from autograder.classrun import Order
from autograder.execution.stored import ExecuteSubmission
from autograder.grade import labs
from autograder.marks.journal import NAME
from autograder.notebooks import read_notebook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.xdist_group("marks"),
]


class Room:
    """A released course with one student, and what an instructor does in it."""

    def __init__(self, course, toy, executor):
        self.course, self.toy, self.executor = course, toy, executor

    def hand_in(self, answer="because", code="x * x"):
        """A right notebook with this written answer."""
        notebook = self.course.solved()
        self.toy.named(notebook, "1-w").source = answer
        cell = self.toy.named(notebook, "1-1")
        cell.source = cell.source.replace("x * x", code)
        self.course.submit("mina", notebook)

    def grade(self, fresh=False):
        """Grade what is new about the class, or everything again."""
        with contextlib.chdir(self.course.root):
            order = Order(self.executor, fresh=fresh)
            labs.grade(self.course.root, [self.toy.lab], order)
        assert not [note for note in order.notes if note.ungraded], order.notes

    @contextlib.contextmanager
    def gradebook(self):
        with Gradebook(f"sqlite:///{self.course.root}/gradebook.db") as gradebook:
            yield gradebook

    def give(self, points, comment=None, cell="1-w"):
        """As the formgrader's page does it."""
        where = (self.toy.lab, self.toy.lab, "mina")
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(cell, *where)
            grade.manual_score = points
            nothing = points is None and grade.auto_score is None
            grade.needs_manual_grade = nothing
            if comment is not None:
                gradebook.find_comment(cell, *where).manual_comment = comment
            gradebook.db.commit()

    def mark(self, cell="1-w"):
        """What stands in the gradebook: the mark, whether it waits for a person, the comment."""
        where = (self.toy.lab, self.toy.lab, "mina")
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(cell, *where)
            comment = gradebook.find_comment("1-w", *where).manual_comment
            return grade.manual_score, grade.needs_manual_grade, comment


@pytest.fixture(scope="module")
def released(make_course, toy, tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("marks"))
    course.run("generate_assignment", toy.lab)
    return course


@pytest.fixture
def room(released, toy, full_points, in_turn, monkeypatch):
    """The course before anybody has handed in, with an empty gradebook."""
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setattr(ExecuteSubmission, "execute_job", None)  # workers do that
    for name in ("gradebook.db", NAME):
        (released.root / name).unlink(missing_ok=True)
    made = Room(released, toy, in_turn(full_points))
    made.hand_in()
    made.grade(fresh=True)
    assert made.mark() == (None, True, None)
    return made


def test_grading_everything_again_confirms_it(room):
    room.give(1.5, "good")
    room.grade(fresh=True)
    assert room.mark() == (1.5, False, "good")


def test_a_change_elsewhere_in_the_notebook_does_too(room):
    room.give(1.5, "good")
    room.hand_in(code="x ** 2")
    room.grade()
    assert room.mark() == (1.5, False, "good")


@pytest.mark.parametrize("answer", ["because  ", "\nbecause\n\n"])
def test_spaces_around_it_are_no_other_answer(room, answer):
    room.give(2.0)
    room.hand_in(answer)
    room.grade()
    assert room.mark()[:2] == (2.0, False)


def test_for_another_answer_it_is_a_proposal_until_it_is_confirmed(room):
    room.give(1.0, "short")
    room.hand_in("because it is so")
    room.grade()
    assert room.mark() == (1.0, True, "short")
    room.give(1.0)
    room.grade(fresh=True)
    assert room.mark() == (1.0, False, "short")


def test_the_first_answer_again_has_its_own_mark_again(room):
    room.give(1.0)
    room.hand_in("another")
    room.grade()
    room.give(2.0)
    room.hand_in("because")
    room.grade()
    assert room.mark()[:2] == (1.0, False)


def test_a_mark_that_was_taken_back_does_not_come_again(room):
    room.give(1.0)
    room.give(None)
    room.grade(fresh=True)
    assert room.mark()[:2] == (None, True)


def test_a_lost_gradebook_loses_no_mark(room):
    room.give(1.5, "good")
    room.give(3.0, cell="test-1-1")
    (room.course.root / "gradebook.db").unlink()
    room.grade()
    assert room.mark() == (1.5, False, "good")
    assert room.mark("test-1-1")[:2] == (3.0, False)


def test_points_that_a_person_gave_for_code_stay_as_long_as_the_code_does(room):
    room.give(3.0, cell="test-1-1")
    room.hand_in("another text")
    room.grade()
    assert room.mark("test-1-1")[:2] == (3.0, False)
    room.hand_in("another text", code="x ** 2")
    room.grade()
    assert room.mark("test-1-1")[:2] == (3.0, True)


def test_what_was_given_before_anybody_watched_is_noted_at_the_next_run(room):
    room.give(1.5, "good")
    (room.course.root / NAME).unlink()  # as in a course that has begun with an older grader
    room.grade(fresh=True)
    assert room.mark() == (1.5, False, "good")


def test_an_answer_that_is_made_harmless_on_the_page_is_still_the_same(room):
    room.hand_in("<script>alert(1)</script> $a<b$ **because**")
    room.grade()
    page = room.course.root / "autograded" / "mina" / room.toy.lab / f"{room.toy.lab}.ipynb"
    assert "<script>" not in room.toy.named(read_notebook(page), "1-w").source
    room.give(2.0)
    room.grade(fresh=True)
    assert room.mark()[:2] == (2.0, False)


def test_the_grader_itself_gives_no_marks(room):
    room.grade(fresh=True)
    assert not (room.course.root / NAME).exists()
