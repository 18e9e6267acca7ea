"""One engine for all of a run's ways to the gradebook: same answers, nothing compiled twice."""

import nbgrader.api
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event

from autograder.classrun.engine import one_engine

#: nbgrader's own way with its session.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
STUDENTS = [f"student{number}" for number in range(5)]


@pytest.fixture
def url(tmp_path):
    """A gradebook with an assignment and students."""
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Gradebook(url) as gradebook:
        gradebook.add_assignment("lab1")
        gradebook.add_notebook("lab1", "lab1")
        gradebook.add_grade_cell("1-1", "lab1", "lab1", max_score=4, cell_type="code")
        for name in STUDENTS:
            gradebook.add_student(name)
    return url


def book(url, student, points):
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_submission("lab1", student)
    with Gradebook(url) as gradebook:
        gradebook.find_grade("1-1", "lab1", "lab1", student).auto_score = points
        gradebook.db.commit()
    with Gradebook(url) as gradebook:
        return gradebook.find_grade("1-1", "lab1", "lab1", student).score


def test_what_is_booked_is_read_again_through_the_same_engine(url):
    with one_engine():
        assert [book(url, name, n) for n, name in enumerate(STUDENTS)] == [0, 1, 2, 3, 4]
    with Gradebook(url) as gradebook:
        grades = [gradebook.find_grade("1-1", "lab1", "lab1", name) for name in STUDENTS]
        assert [grade.auto_score for grade in grades] == [0, 1, 2, 3, 4]


def test_one_gradebook_may_be_opened_within_another_one(url):
    with one_engine(), Gradebook(url) as outer:
        known = len(outer.students)
        with Gradebook(url) as inner:
            inner.add_student("late")
        assert outer.engine is inner.engine
        outer.db.expire_all()
        assert len(outer.students) == known + 1


def test_statements_are_compiled_once_for_the_whole_class(url):
    compiled = []

    def execute(connection, cursor, statement, parameters, context, many):
        # Not in SQLAlchemy's cache: `cache_hit` says where the compiled form came from.
        compiled.append(context.cache_hit.name == "CACHE_MISS")

    with one_engine():
        engine = nbgrader.api.create_engine(url, echo=False, future=True)
        event.listen(engine, "before_cursor_execute", execute)
        book(url, STUDENTS[0], 1)
        assert any(compiled)
        compiled.clear()
        for name in STUDENTS[1:]:
            book(url, name, 1)
        assert compiled and not any(compiled)


def test_each_gradebook_has_its_own_engine(url, tmp_path):
    with one_engine(), Gradebook(url) as one, Gradebook(f"sqlite:///{tmp_path}/b.db") as other:
        assert one.engine is not other.engine


def test_nbgrader_is_as_before_afterwards(url):
    before = nbgrader.api.create_engine
    with pytest.raises(KeyError), one_engine():
        raise KeyError
    assert nbgrader.api.create_engine is before
    with Gradebook(url) as one, Gradebook(url) as other:
        assert one.engine is not other.engine
