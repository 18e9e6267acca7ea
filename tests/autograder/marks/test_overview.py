"""The feedback begins with a table, shows what is the student's, and folds what is the lab's."""

import copy
import re
from html import unescape

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.marks.feedback import CAUSES, ShowResults
from autograder.marks.folding import fold, released_texts, shown_as
from autograder.marks.overview import Overview, rows
from autograder.marks.score import SCORE_TYPE, CheckScore, Score
from autograder.notebooks import LANGUAGES
from labkit.judge.messages import Text

CAUSE = Text("T²이 <빠졌습니다>.", "The T² is <missing>.")
LOST = CheckScore("value", Text("값", "value"), 2.0, 0.5, "incorrect", CAUSE, "slip", cause=CAUSE)
ABOUT = {"notebook": "lab1_toy", "score": 3.5, "max_score": 6.0, "late_penalty": 0}


@pytest.fixture
def graded(toy):
    """The toy lab, graded: points lost by a named mistake, and a text that nobody has marked."""

    def make(language="both", check=LOST, mark=None, comment=""):
        notebook = toy.notebook()
        notebook.metadata["labkit"] = {"language": language}
        data = {SCORE_TYPE: Score("1-1", [check]).as_json()}
        toy.named(notebook, "test-1-1").outputs = [new_output("execute_result", data=data)]
        notebook, _ = ShowResults().preprocess(notebook, {})
        toy.named(notebook, "test-1-1").metadata.nbgrader.update(score=2.0, points=4)
        toy.named(notebook, "1-w").metadata.nbgrader.update(score=mark, points=2, comment=comment)
        return notebook

    return make


def overview(graded_notebook, **about):
    resources = {"nbgrader": ABOUT | about}
    return Overview().preprocess(graded_notebook, resources)[1]["overview"]


def lines(table):
    """The cells of each line in words."""
    parts = [re.findall(r"<t[dh]>(.*?)</t[dh]>", line, re.DOTALL) for line in
             re.findall(r"<tr.*?</tr>", table, re.DOTALL)]  # fmt: skip
    bare = [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in line] for line in parts]
    return [[" ".join(cell.split()) for cell in line] for line in bare]


def test_a_line_has_exercise_points_and_cause(graded):
    table = overview(graded())["table"]
    assert lines(table) == [
        ["문제 · Exercise", "점수 · Points", "설명 · Why"],
        ["1-1", "2 / 4", f"{CAUSE.ko} · {CAUSE.en}"],
        ["1-w", "– / 2", "아직 채점되지 않았습니다. · Not marked yet."],
    ]
    assert "Test cell" not in table
    assert '<a href="#test-1-1">' in table and '<a href="#1-w">' in table
    assert table.count("missing") == table.count("빠졌습니다") == 1


def test_what_came_from_a_kernel_is_escaped(graded):
    table = overview(graded(), notebook="<script>")["table"]
    assert "<missing>" not in table and "&lt;missing&gt;" in table
    assert "<script>" not in table


def test_the_total_says_that_something_waits_and_what_lateness_took(graded):
    assert "the points may change" in overview(graded())["table"]
    marked = overview(graded(mark=1.5), late_penalty=0.5)["table"]
    assert "the points may change" not in marked
    assert "Taken off for lateness</span>: 0.5" in marked
    assert "<span>3.5 / 6</span>" in marked


def test_a_persons_mark_counts_and_a_comment_is_linked(graded):
    (_, written) = rows(graded(mark=1.5, comment="Look again").cells)
    assert (written.points, written.state, written.comment) == (1.5, "part", "comment-1-w")
    assert '<a href="#comment-1-w">' in overview(graded(comment="Look again"))["table"]
    assert [row.state for row in rows(graded().cells)] == ["part", "open"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_where_the_release_is_in_one(graded, language):
    found = overview(graded(language))
    assert found["language"] == language
    said = set(re.findall(r'lang="(\w+)"', found["table"]))
    assert said == {language}


def test_an_autograded_notebook_of_an_earlier_version_has_a_table_without_causes(graded):
    notebook = graded()
    for cell in notebook.cells:
        cell.metadata.pop(CAUSES, None)
    assert lines(overview(notebook)["table"])[1] == ["1-1", "2 / 4", ""]


@pytest.fixture
def released(toy, tmp_path):
    cells = copy.deepcopy(toy.notebook().cells)
    return cells, released_texts(cells, tmp_path)


def test_what_is_as_released_is_the_labs_and_all_else_is_shown(released):
    cells, known = released
    assert {cell.id: shown_as(cell, known) for cell in cells} == {
        **dict.fromkeys(("title", "ko", "en", "setup", "check", "mine", "question"), "lab"),
        **{"solution": "answer", "written": "answer", "test": "result"},
    }
    changed = copy.deepcopy(cells)
    for cell in changed:
        cell.source += "\nmore"
    assert "lab" not in {shown_as(cell, known) for cell in changed}
    assert shown_as(new_markdown_cell(cells[0].source, id="other"), known) == "own"
    assert shown_as(new_code_cell(cells[0].source, id="title"), known) == "own"
    assert {shown_as(cell, {}) for cell in cells} == {"own", "answer", "result"}


def test_the_comment_of_a_graded_cell_is_left_out_and_open_tests_are_not(graded, toy):
    notebook = graded()
    fold(notebook.cells, {})
    cell = toy.named(notebook, "test-1-1")
    assert (cell.source, cell.metadata["shown"]["tests"]) == ("# 1-1 · 4 points / 4점", False)


def test_an_error_in_a_cell_of_the_lab_is_shown(released):
    cells, known = released
    (cell,) = (cell for cell in cells if cell.id == "check")
    cell.outputs = [new_output("stream", text="fine")]
    assert shown_as(cell, known) == "lab"
    cell.outputs.append(new_output("error", ename="E", evalue="", traceback=[]))
    assert shown_as(cell, known) == "own"


def test_a_run_of_the_labs_cells_is_one_fold_named_by_its_heading(released):
    cells, known = released
    fold(cells, known)
    about = {cell.id: cell.metadata["shown"] for cell in cells}
    assert about["test"] == {"as": "result", "tests": True}
    assert about["title"] == {"as": "lab", "opens": 4, "title": "Squares"}
    assert about["setup"] == {"as": "lab", "closes": True}
    assert about["check"]["title"] == "print('a visible check')"
    assert about["mine"]["opens"] == 2 and about["question"]["closes"]
    opens = sum("opens" in each for each in about.values())
    assert opens == sum("closes" in each for each in about.values()) == 3
