"""What a course declares, found from anywhere in it; and what is said where it cannot be had."""

from dataclasses import replace

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from autograder.checks import exercise as exercises
from autograder.checks import grade
from autograder.checks.consistency import contradictions
from autograder.checks.exercise import Check, Exercise, KnownCase, Right, Wrong
from autograder.cli import main
from autograder.errors import UsageError
from autograder.execution.submission import LocalSubmission, entered
from autograder.publishing import before_release
from autograder.publishing.before_release import expect_sound
from autograder.publishing.fences import ReleaseError
from autograder.subject import (
    NO_SUBJECT,
    Lab,
    Subject,
    SubjectError,
    find_subject,
    load_subject,
)
from kdcourse.course import SUBJECT
from labkit.judge.case import Case
from labkit.judge.messages import Text

TITLE = Text("제곱", "Squares")


def cases(draw):
    x = draw.numbers(3)
    return [KnownCase("usual", Case("call", {"x": x}), {"value": draw.exact(x) * draw.exact(x)})]


def square(x):
    return x * x


GOOD = Exercise(
    "s-1",
    "square",
    TITLE,
    cases,
    (Check("value", 1, TITLE, exercises.VALUE),),
    (Right("times", square),),
    (Wrong("double", Text("두 배입니다.", "It is doubled."), lambda x: x + x),),
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lab beside its pyproject.toml; gives a function that declares exercises."""
    (tmp_path / "pyproject.toml").write_text('[tool.autograder]\nsubject = "squares:SUBJECT"\n')
    module = type(exercises)("squares")
    monkeypatch.setitem(__import__("sys").modules, "squares", module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(before_release, "checks_version", lambda subject, lab: "one")

    def declare(*found, points=None, more=()):
        labs = {"lab1": Lab("squares", points)}
        module.EXERCISES = found
        if more:
            other = type(exercises)("others")
            other.EXERCISES = more
            monkeypatch.setitem(__import__("sys").modules, "others", other)
            labs["lab2"] = Lab("others")
        module.SUBJECT = Subject(labs=labs)
        load_subject.cache_clear()
        return module.SUBJECT

    yield declare
    load_subject.cache_clear()


def test_it_is_found_from_the_folder_of_a_notebook(tmp_path, course):
    subject = course(GOOD)
    inside = tmp_path / "solutions" / "lab1"
    inside.mkdir(parents=True)
    assert find_subject(inside) is subject
    assert subject.name == "squares:SUBJECT"
    assert grade("s-1", {"square": square}) == 1
    assert grade("s-1", {"square": lambda x: x + x}).checks[0].mistake == "double"


def test_a_submission_says_which_course_it_belongs_to(tmp_path, course, monkeypatch):
    course(GOOD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pyproject.toml").write_text("[tool.autograder]\n")
    monkeypatch.chdir(elsewhere)
    with entered(LocalSubmission({"square": square}, subject="squares:SUBJECT")):
        assert grade("s-1") == 1
    with pytest.raises(UsageError, match=r"There is no exercise 's-1'\. There are: none\."):
        grade("s-1", {"square": square})


def test_without_one_there_is_none(tmp_path):
    assert find_subject(tmp_path) is NO_SUBJECT
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find_subject(tmp_path) is NO_SUBJECT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('subject = "no_such_course.course:SUBJECT"', "no module 'no_such_course'"),
        ('subject = "autograder.errors:SUBJECT"', "autograder.errors has no 'SUBJECT'"),
        ('subject = "autograder.errors:GraderError"', "is no autograder.subject.Subject"),
        ("subject = 3", "is not a text"),
        ("subject = ", "cannot be read"),
    ],
)
def test_a_subject_that_cannot_be_had_is_told_in_one_line(tmp_path, monkeypatch, text, told):
    (tmp_path / "pyproject.toml").write_text(f"[tool.autograder]\n{text}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SubjectError) as error:
        find_subject()
    assert told in str(error.value) and "\n" not in str(error.value)
    done = CliRunner().invoke(main, ["checks"])
    assert done.exit_code == 3 and told in done.output and "Traceback" not in done.output
    with pytest.raises(SubjectError):  # never a zero
        grade("1-1", {})


def test_a_module_that_raises_is_the_courses_fault(tmp_path, monkeypatch):
    (tmp_path / "broken_course.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SubjectError, match="ZeroDivisionError: division by zero"):
        load_subject("broken_course:SUBJECT")


def test_a_lab_whose_module_is_gone_is_named(course):
    subject = course(GOOD)
    gone = replace(subject, labs={"lab1": Lab("no_such_lab.exercises")})
    with pytest.raises(SubjectError, match=r"the exercises of lab1: no_such_lab\.exercises"):
        list(gone.exercises())


def test_this_course_and_a_good_one_contradict_themselves_nowhere(course):
    assert list(contradictions(SUBJECT)) == []
    assert list(contradictions(course(GOOD))) == []


def changed(**fields):
    return replace(GOOD, **fields)


def check(**fields):
    return changed(checks=(replace(GOOD.checks[0], **fields),))


@pytest.mark.parametrize(
    ("exercise", "told"),
    [
        (changed(wrong=(Wrong("double", Text("배", " "), square),)), "double' says nothing in E"),
        (changed(wrong=(Wrong("double", Text("", "no"), square),)), "double' says nothing in K"),
        (changed(title=Text("제곱", "")), "its title says nothing in English"),
        (changed(hints=(Text("", "Think."),)), "hint 1 says nothing in Korean"),
        (changed(right=()), "no right way"),
        (changed(right=GOOD.right * 2), "right way 'times' is there 2 times"),
        (changed(wrong=GOOD.wrong * 2), "mistake 'double' is there 2 times"),
        (changed(checks=GOOD.checks * 2), "check 'value' is there 2 times"),
        (check(weight=0), "its checks have no weight"),
        (check(weight=-1), "its weight is -1"),
        (check(weight=float("nan")), "its weight is nan"),
        (check(title=Text("", "")), "check 'value' says nothing in Korean"),
        (changed(right=(Right("double", lambda x: x + x),)), "double: a right way loses points"),
        (changed(wrong=(Wrong("times", TITLE, square),)), "s-1 times: a mistake keeps full marks"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(tmp_path, course, exercise, told):
    """By `autograder checks` and by `autograder release`, before anybody is graded by it."""
    subject = course(exercise)
    done = CliRunner().invoke(main, ["checks"])
    assert done.exit_code == 1
    assert told in " ".join(done.output.split())
    with pytest.raises(ReleaseError, match="refused, nothing is released") as error:
        expect_sound(subject, tmp_path / "solutions")
    assert told in str(error.value) and "s-1" in str(error.value)


def test_an_exercise_that_is_declared_twice_is_refused(tmp_path, course):
    subject = course(GOOD, more=(GOOD,))
    told = "s-1: declared 2 times, in lab1 and lab2"
    assert told in CliRunner().invoke(main, ["checks"]).output
    with pytest.raises(ReleaseError, match=told):
        expect_sound(subject, tmp_path / "solutions")


def graded_cell(points, source):
    grading = {"grade": True, "solution": False, "grade_id": "test-s-1", "points": points}
    return new_code_cell(source, metadata={"nbgrader": grading})


@pytest.mark.parametrize(
    ("points", "source", "told"),
    [
        (4, 'grade("s-1")', "come to 4 points, and squares:SUBJECT says 5"),
        (5, 'grade("s-2")', r'no graded cell calls grade\("s-1"\)'),
        (5, 'grade("s-1")', None),
    ],
)
def test_points_that_do_not_add_up_are_refused_with_both_numbers(
    tmp_path, course, points, source, told
):
    subject = load_subject(course(GOOD, points=5).name or "squares:SUBJECT")
    path = tmp_path / "solutions" / "lab1" / "lab1.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[graded_cell(points, source)]), path)
    if told is None:
        expect_sound(subject, tmp_path / "solutions")
        return
    with pytest.raises(ReleaseError, match=told):
        expect_sound(subject, tmp_path / "solutions")


def test_a_lab_without_self_checks_is_refused(tmp_path, course, monkeypatch):
    library = tmp_path / "squareslab"
    library.mkdir()
    (library / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    subject = replace(course(GOOD), library="squareslab", name="squares:SUBJECT")
    with pytest.raises(ReleaseError, match=r"lab1: no self-checks, .*lab1\.json is missing"):
        expect_sound(subject, tmp_path / "solutions")
    (library / "public").mkdir()
    (library / "public" / "lab1.json").write_text("{}")
    expect_sound(subject, tmp_path / "solutions")


def test_what_was_proved_is_not_proved_again(tmp_path, course, monkeypatch):
    subject = load_subject(course(GOOD).name or "squares:SUBJECT")
    expect_sound(subject, tmp_path / "solutions")
    monkeypatch.setattr(before_release, "verdicts", None)  # would raise
    expect_sound(subject, tmp_path / "solutions")
