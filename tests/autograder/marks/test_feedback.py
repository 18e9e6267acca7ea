"""Students see points and messages, and nothing of the test."""

import pytest
from nbformat.v4 import new_output

from autograder.marks.feedback import (
    CAUSES,
    TABLE_STYLE,
    ShowResults,
    TableStyle,
    html,
    plain,
)
from autograder.marks.score import SCORE_TYPE, CheckScore, Result, Score
from labkit.judge.messages import Text

RIGHT = CheckScore("value", Text("값", "value"), 2.0, 1.0, "correct")
WRONG = CheckScore(
    "gradient",
    Text("기울기", "gradient"),
    2.0,
    0.25,
    "incorrect",
    Text("평균이 아닙니다", "<script>alert(1)</script> & so on"),
)
PART = Result("test-1-1", 2.5, 4.0, (RIGHT, WRONG))
UNGRADED = Result("test-1-1", None, 4.0, fault="GraderError: secret reference in secret.py")


def test_each_check_has_its_points_title_and_messages():
    page = html(PART)
    for part in ("1-1: 2.5 / 4", "값", "value", "2 / 2", "0.5 / 2", "평균이 아닙니다", "so on"):
        assert part in page
    text = plain(PART)
    assert "1-1: 2.5 / 4" in text
    assert "0.5 / 2  gradient" in text


def test_what_came_from_a_kernel_is_escaped():
    assert "<script>" not in html(PART)
    assert "&lt;script&gt;" in html(PART)


def test_colour_is_not_the_only_sign():
    page = html(PART)
    assert page.count("✓") == 1
    assert page.count("✗") == 1


@pytest.mark.parametrize("render", [html, plain])
def test_an_ungraded_cell_says_so_and_not_why(render):
    page = render(UNGRADED)
    assert "1-1: ? / 4" in page
    assert "아직 채점되지 않았습니다" in page
    assert "Not graded yet" in page
    assert "secret" not in page


@pytest.fixture
def shown(toy):
    """The toy notebook with these outputs in its graded cell, after the last step."""

    def show(*outputs, language="both"):
        notebook = toy.notebook()
        notebook.metadata["labkit"] = {"language": language}
        toy.named(notebook, "1-1").outputs = [new_output("stream", text="my own print")]
        toy.named(notebook, "test-1-1").outputs = list(outputs)
        notebook, _ = ShowResults().preprocess(notebook, {})
        return notebook

    return show


SECRETS = (
    "toy_checks",
    "hidden_input",
    "123454321",
    "HIDDEN",
    "secret frame",
    "seen while grading",
)


@pytest.mark.parametrize("fails", [True, False])
def test_no_hidden_line_and_no_frame_of_the_grader_remains(shown, toy, fails):
    noise = new_output("stream", name="stdout", text="seen while grading")
    frame = new_output("error", ename="GraderError", evalue="123454321", traceback=["secret frame"])
    data = Score("1-1", [RIGHT]).as_json()
    good = new_output("execute_result", data={"text/plain": "4.0", SCORE_TYPE: data})
    notebook = shown(noise, frame if fails else good)
    assert not [secret for secret in SECRETS if secret in str(notebook)]
    cell = toy.named(notebook, "test-1-1")
    assert cell.source == "# 1-1 · 4 points / 4점"
    assert [output.output_type for output in cell.outputs] == ["display_data"]


def test_the_students_own_outputs_stay(shown, toy):
    assert toy.named(shown(), "1-1").outputs[0].text == "my own print"


def test_the_table_says_on_every_page_who_wrote_it(toy):
    _, resources = TableStyle().preprocess(toy.notebook(), {"inlining": {"css": ["body {}"]}})
    assert resources["inlining"]["css"] == ["body {}", TABLE_STYLE]
    assert "Written by the grader" in TABLE_STYLE
    assert 'class="grader-result' in html(PART)


@pytest.mark.parametrize(("language", "there", "not_there"), [
    ("ko", "평균이 아닙니다", "so on"), ("en", "so on", "평균이 아닙니다"), ("both", "평균이", ""),
])  # fmt: skip
def test_the_table_is_in_the_language_of_the_release(shown, toy, language, there, not_there):
    data = Score("1-1", [RIGHT, WRONG]).as_json()
    output = new_output("execute_result", data={SCORE_TYPE: data})
    page = toy.named(shown(output, language=language), "test-1-1").outputs[0].data["text/html"]
    assert there in page
    assert not not_there or not_there not in page
    assert f'<div lang="{language.replace("both", "ko")}">' in page


def test_the_cell_knows_in_few_words_why_points_were_lost(shown, toy):
    output = new_output("execute_result", data={SCORE_TYPE: Score("1-1", [RIGHT, WRONG]).as_json()})
    assert toy.named(shown(output), "test-1-1").metadata[CAUSES] == [["기울기", "gradient"]]
