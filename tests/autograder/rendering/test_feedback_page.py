"""The page that nbgrader writes: what the gradebook knows of a submission, and a person's words."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]


@pytest.fixture
def page_of(page_class, executed, graded, toy):
    """A student's page, with scores and marks as they stand in the gradebook."""

    def make(student, comment="", **marks):
        page_class.add(student, graded(executed()), comment=comment)
        for name, (kind, value) in marks.items():
            cell = name.replace("_", "-")
            grade = page_class.gradebook.find_grade(cell, toy.lab, toy.lab, student)
            setattr(grade, kind, value)
            grade.needs_manual_grade = False
        page_class.gradebook.db.commit()
        return page_class.write_feedback()[student].read_text("utf-8")

    return make


NAMES = {"test_1_1": ("auto_score", 4.0)}
WRITTEN = "1_w"


def test_what_nobody_has_marked_is_no_zero(page_of):
    page = page_of("unmarked", **NAMES)
    assert "<td>4 / 4</td>" in page
    assert "<td>– / 2</td>" in page
    assert "<b>– / 2</b>" in page
    assert page.count("Not marked yet") == 1
    assert "0.0 / 2" not in page and "Test cell" not in page


def test_a_mark_and_a_comment_are_shown(page_of):
    page = page_of("marked", "Why **two**?", **NAMES, **{WRITTEN: ("manual_score", 1.5)})
    assert "<td>1.5 / 2</td>" in page
    assert "Not marked yet" not in page
    assert '<a href="#comment-1-w">' in page
    assert 'id="comment-1-w"' in page and "Why <strong>two</strong>?" in page


def test_a_zero_that_somebody_gave_is_one(page_of):
    assert "<td>0 / 2</td>" in page_of("zero", **NAMES, **{WRITTEN: ("manual_score", 0.0)})


def test_an_ungraded_exercise_waits_too(page_of):
    page = page_of("ungraded", **{WRITTEN: ("manual_score", 2.0)})
    assert "<td>– / 4</td>" in page and "the points may change" in page


def test_the_page_folds_what_is_as_released_and_says_its_language(page_of):
    page = page_of("folded", **NAMES)
    assert page.startswith("<!DOCTYPE html>") and '<html lang="ko">' in page
    notebook = page.partition('<main id="notebook">')[2]
    assert notebook.count('<details class="lab">') == notebook.count("</details>") > 0
    assert "grader-overview" in page.partition('<main id="notebook">')[0]
