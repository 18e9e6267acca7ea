"""What a reader sees: two languages, headings, points, badges."""

import re
import tomllib

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.notebooks import grade_id, is_graded_code, nbgrader, read_notebook, tags
from kdlab.version import __version__

HANGUL = re.compile(r"[가-힣]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
POINTS_ROW = re.compile(
    r"^\|[^|\n]*?\b(\d-[\dwe])\b[^|\n]*\|(?:.*\|)?\s*\**(\d+)\**\s*\|", re.MULTILINE
)
#: The lecture's own headings, word for word; the second is English in the lecture too.
LECTURE = {
    "lab1_baseline": ["1. Baseline 학습 (Cross-Entropy Loss)"],
    "lab2_soft_targets": [
        "2. Knowledge Distillation (Soft Targets)",
        "[실습 1] Knowledge Distillation 학습 함수 정의",
    ],
    "lab3_cosine": [
        "3. Cosine Loss Minimization (Cosine Loss)",
        "[실습 2] Cosine Similarity 기반 KD 학습 함수 정의",
    ],
    "lab4_regressor": ["4. Intermediate Regressor (Regressor + MSE)"],
}
#: Names of methods, which Korean text keeps in English: headings made of them need no translation.
NAMES = ("Cross-Entropy Loss", "KL divergence", "Mean Squared Error", "Regressor")


def language(cell):
    """"ko", "en", or None for a cell that is in every release."""
    found = [tag.removeprefix("lang-") for tag in tags(cell) if tag.startswith("lang-")]
    return found[0] if found else None


def without_code(text):
    """The prose of a cell: no code, formulas, pictures, links' addresses or HTML."""
    text = re.sub(r"```.*?```|~~~.*?~~~|\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text)
    return re.sub(r"`[^`\n]*`|\$[^$\n]*\$|\]\([^)]*\)|<[^>\n]*>", " ", text)


def headings(cell):
    if cell.cell_type != "markdown":
        return []
    return HEADING.findall(re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL))


def unpaired(notebook):
    """Cells in one language without the other language beside them."""
    problems, waiting = [], None
    for cell in notebook.cells:
        tongue = language(cell)
        if waiting is not None and tongue == {"ko": "en", "en": "ko"}[language(waiting)]:
            waiting = None
            continue
        if waiting is not None:
            problems.append(waiting.source)
        waiting = cell if tongue else None
    return problems + ([waiting.source] if waiting is not None else [])


def wrong_language(notebook):
    """Cells that are not written in the language of their tag."""
    problems = []
    for cell in notebook.cells:
        prose = without_code(cell.source)
        if language(cell) == "ko" and LATIN_WORD.search(prose) and not HANGUL.search(prose):
            problems.append(cell.source)
        if language(cell) == "en" and HANGUL.search(prose):
            problems.append(cell.source)
    return problems


def one_language_for_all(notebook):
    """Prose without a tag stays in every release, so that it must be in both languages."""
    problems = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and language(cell) is None:
            prose = HEADING.sub("", without_code(cell.source))
            if bool(HANGUL.search(prose)) != bool(LATIN_WORD.search(prose)):
                problems.append(cell.source)
    return problems


def heading_problems(notebook, as_they_are=()):
    """Headings in one language alone, or there twice; some phrases need no second language."""
    problems, seen = [], set()
    for cell in notebook.cells:
        for text in headings(cell):
            if language(cell) is not None:
                problems.append(f"in a cell of one language: {text}")
            if text in seen:
                problems.append(f"twice: {text}")
            both = HANGUL.search(text) and LATIN_WORD.search(text)
            if not both and not any(phrase in text for phrase in as_they_are):
                problems.append(f"in one language: {text}")
            seen.add(text)
    return problems


def points_of_cells(notebook):
    """{"1-1": 7, ...} as nbgrader sees it."""
    return {
        grade_id(cell).removeprefix("test-"): nbgrader(cell)["points"]
        for cell in notebook.cells
        if nbgrader(cell).get("grade")
    }


def points_of_table(notebook):
    """{"1-1": 7, ...} as the tables in the prose say; the last number of a row counts."""
    return [
        {name: int(points) for name, points in POINTS_ROW.findall(cell.source)}
        for cell in notebook.cells
        if cell.cell_type == "markdown" and POINTS_ROW.search(cell.source)
    ]


def test_each_language_has_the_other_beside_it(solution):
    assert {language(cell) for cell in solution.cells} == {None, "ko", "en"}
    assert unpaired(solution) == []


def test_cells_are_in_the_language_of_their_tag(solution):
    assert wrong_language(solution) == []


def test_prose_without_a_tag_is_in_both_languages(solution):
    assert one_language_for_all(solution) == []


def test_headings_are_there_once_in_both_languages(solution, lab):
    assert heading_problems(solution, (*LECTURE[lab], *NAMES)) == []


def test_the_lectures_headings_are_there(solution, lab):
    text = "\n".join(heading for cell in solution.cells for heading in headings(cell))
    assert [heading for heading in LECTURE[lab] if heading not in text] == []


def test_points_are_25_and_the_table_says_so(solution):
    points = points_of_cells(solution)
    assert sum(points.values()) == 25
    tables = points_of_table(solution)
    assert tables and all(table == points for table in tables)


def test_the_four_labs_have_100_points_and_no_exercise_twice(root, labs):
    found = [points_of_cells(read_notebook(root / "solutions" / n / f"{n}.ipynb")) for n in labs]
    assert sum(sum(points.values()) for points in found) == 100
    assert sum(map(len, found)) == len(set().union(*found))


def test_a_written_question_and_an_end_to_end_check(solution):
    points = points_of_cells(solution)
    assert [name[-1] for name in points].count("w") == 1
    assert [name[-1] for name in points].count("e") == 1


def test_the_badge_opens_this_notebook(root, released, lab):
    address = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["kdlab"]
    text = "\n".join(cell.source for cell in released.cells if cell.cell_type == "markdown")
    found = set(re.findall(r"https://colab\.research\.google\.com/github/[^)\"\s]+", text))
    base = "https://colab.research.google.com/github/{repository}/blob/{branch}".format(**address)
    assert found == {f"{base}/labs/{lab}/{lab}.ipynb"}
    assert "{{" not in re.sub(r"\$[^$]*\$|```.*?```", "", text, flags=re.DOTALL)


def test_the_setup_cell_installs_the_wheel_of_this_version(released):
    """The bundle holds a wheel of that name beside labs/."""
    code = "\n".join(cell.source for cell in released.cells if cell.cell_type == "code")
    wheels = set(re.findall(r"kdlab-[0-9][^\s\"']*\.whl", code))
    assert wheels == {f"kdlab-{__version__}-py3-none-any.whl"}


# -- the laws can fail -------------------------------------------------------------------------


def prose(text, tongue=None):
    return new_markdown_cell(text, metadata={"tags": [f"lang-{tongue}"]} if tongue else {})


def notebook(*cells):
    return new_notebook(cells=list(cells))


def graded(name, points):
    meta = {"grade": True, "solution": False, "grade_id": f"test-{name}", "points": points}
    return new_code_cell("grade()", metadata={"nbgrader": meta})


GOOD = notebook(
    prose("# 제목 Title"),
    prose("안녕, PyTorch", "ko"),
    prose("hello", "en"),
    prose("| 1-1 | `f` | 7 |\n| 1-2 | `g` | 5 min · 5분 | **3** |"),
    graded("1-1", 7),
    graded("1-2", 3),
)


def test_a_good_notebook_breaks_no_law():
    for law in (unpaired, wrong_language, one_language_for_all, heading_problems):
        assert law(GOOD) == []
    assert points_of_table(GOOD) == [points_of_cells(GOOD)]
    assert is_graded_code(GOOD.cells[-1])


@pytest.mark.parametrize(
    ("law", "cells"),
    [
        (unpaired, [prose("안녕", "ko")]),
        (unpaired, [prose("안녕", "ko"), new_code_cell("1"), prose("hello", "en")]),
        (unpaired, [prose("안녕", "ko"), prose("안녕", "ko"), prose("hello", "en")]),
        (wrong_language, [prose("hello", "ko")]),
        (wrong_language, [prose("hello 안녕", "en")]),
        (one_language_for_all, [prose("only in English")]),
        (one_language_for_all, [prose("한국어만")]),
        (heading_problems, [prose("# Title")]),
        (heading_problems, [prose("# 제목 Title", "ko")]),
        (heading_problems, [prose("# 제목 Title"), prose("## 제목 Title")]),
    ],
)
def test_each_law_can_be_broken(law, cells):
    assert law(notebook(*cells))


def test_a_wrong_table_is_seen():
    wrong = notebook(prose("| 1-1 | `f` | 6 |"), graded("1-1", 7))
    assert points_of_table(wrong) != [points_of_cells(wrong)]
