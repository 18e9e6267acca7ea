"""In a real browser: the feedback on each lab fits a phone, and six sheets of paper."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from traitlets.config import Config

from autograder.checks.exercise import Exercise
from autograder.configuration import configure
from autograder.marks.feedback import ShowResults, TableStyle
from autograder.marks.overview import Overview
from autograder.marks.score import SCORE_TYPE, CheckScore, Score
from autograder.notebooks import grade_id, is_graded_code, is_solution, nbgrader
from autograder.rendering import FeedbackExporter
from kdcourse.course import LABS, SUBJECT
from labkit.judge.messages import Text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]

ROOT = Path(__file__).resolve().parents[2]
SHEETS, PHONE = 6, 400
SEEN = Text(
    "반환값 — 값이 다릅니다. 처음 다른 위치: [0, 0]. 나온 값은 기대한 값의 {ratio}배입니다.",
    "the returned value — The values differ. First differing place: [0, 0]. What came is {ratio} "
    "times what was expected.",
)
PRINTED = "each training epoch prints a line like this one\n" * 20


def score(exercise, share):
    """Half of the exercises are wrong in all that they are checked for, each by a mistake."""
    cause = exercise.wrong[0].message if isinstance(exercise, Exercise) else Text("", "")
    checks = [each for each in exercise.checks if each.weight]
    right = [CheckScore(each.id, each.title, each.weight, 1.0, "correct") for each in checks]
    wrong = [
        replace(each, share=0.0, outcome="incorrect", message=SEEN.fill(ratio=n), cause=cause)
        for n, each in enumerate(right)
    ]
    return Score(exercise.id, right if share else wrong)


def autograded(lab):
    """A usual submission: the lecture's answers in the released notebook, executed and graded."""
    release, solution = (
        nbformat.read(ROOT / folder / lab / f"{lab}.ipynb", 4) for folder in ("labs", "solutions")
    )
    answers = {grade_id(cell): cell.source for cell in solution.cells if is_solution(cell)}
    for number, cell in enumerate(release.cells):
        if is_solution(cell):
            cell.source = answers[grade_id(cell)].partition("### BEGIN MARK SCHEME")[0]
        if is_graded_code(cell):
            exercise = SUBJECT.find(grade_id(cell).removeprefix("test-"))
            data = {SCORE_TYPE: score(exercise, number % 2).as_json()}
            cell.outputs = [new_output("execute_result", data=data)]
        elif cell.cell_type == "code" and not is_solution(cell):
            cell.outputs = [new_output("stream", text=PRINTED)]
    notebook, _ = ShowResults().preprocess(release, {})
    for cell in notebook.cells:
        if nbgrader(cell).get("grade"):
            cell.metadata.nbgrader["score"] = None if is_solution(cell) else 1.0
    return notebook


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of all labs, each as nbgrader makes it."""
    folder, config = tmp_path_factory.mktemp("feedback"), Config()
    configure(config, ROOT)
    config.Exporter.default_preprocessors = []
    exporter = FeedbackExporter(config=config)
    steps = ("nbconvert.preprocessors.CSSHTMLHeaderPreprocessor", TableStyle)
    for step in (*steps, Overview(parent=exporter)):
        exporter.register_preprocessor(step, enabled=True)
    made = {}
    for lab in LABS:
        about = {"assignment": lab, "notebook": lab, "score": 9, "max_score": 25, "late_penalty": 0}
        page, _ = exporter.from_notebook_node(autograded(lab), {"nbgrader": about})
        made[lab] = folder / f"{lab}.html"
        made[lab].write_text(page, "utf-8")
    return made


@pytest.fixture
def opened(browser):
    """Opens a page as wide as it is said, by day or by night, on a screen or on paper."""

    def go(page, width=1000, look="light", media="screen"):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        features = [{"name": "prefers-color-scheme", "value": look}]
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        emulated = {"media": media, "features": features}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulated)
        browser.get(page.as_uri())
        return browser

    yield go
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_the_docs_say_how_small_it_may_be():
    text = (ROOT / "docs/grading.md").read_text("utf-8")
    assert f"a phone of {PHONE} pixels" in text and f"at most {SHEETS} sheets" in text


@pytest.mark.parametrize("lab", LABS)
def test_it_prints_to_six_sheets(opened, pages, lab):
    browser = opened(pages[lab], media="")
    options = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", options)["data"])
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 1 <= sheets <= SHEETS


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_fits_a_phone_also_with_the_whole_lab_open(opened, pages, lab, look):
    browser = opened(pages[lab], PHONE, look)
    for _ in range(2):
        assert browser.execute_script("return document.documentElement.scrollWidth") <= PHONE
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_paper_has_results_and_answers_and_not_the_text_of_the_lab(opened, pages):
    text = "Softmax turns logits"
    browser = opened(pages["lab2_soft_targets"], media="print")
    words = browser.execute_script("return document.body.innerText")
    assert words.index("Not marked yet") < words.index("def softmax_with_temperature")
    assert "def soft_targets_loss" in words and "2-2: " in words
    assert text not in words and PRINTED[:40] not in words
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert text in browser.execute_script("return document.body.innerText")  # who opens it, gets it


def test_the_page_begins_with_its_table_and_says_its_language(opened, pages):
    browser = opened(pages["lab2_soft_targets"])
    first, language, lines = browser.execute_script("""
        const first = document.body.firstElementChild;
        return [first.className, document.documentElement.lang, first.innerText.split('\\n')]""")
    assert (first, language) == ("grader-overview", "ko")
    assert lines[0] == "lab2_soft_targets: 9 / 25"
    places = browser.execute_script("""
        return [...document.querySelectorAll('.grader-overview a')].map(
            each => document.getElementById(each.hash.slice(1)) !== null)""")
    assert len(places) == 7 and all(places)


def test_a_cause_stands_once_in_the_table_and_once_at_its_exercise(opened, pages):
    browser = opened(pages["lab2_soft_targets"])
    words = browser.execute_script("return document.body.innerText")
    causes = [wrong.wrong[0].message for wrong in SUBJECT.exercises("lab2_soft_targets")
              if isinstance(wrong, Exercise)]  # fmt: skip
    counts = {language: [words.count(getattr(each, language)) for each in causes]
              for language in ("ko", "en")}  # fmt: skip
    assert counts["ko"] == counts["en"]
    assert set(counts["ko"]) <= {0, 2} and 2 in counts["ko"]


@pytest.mark.parametrize(("look", "is_dark"), [("light", False), ("dark", True)])
def test_words_and_code_can_be_read_by_day_and_by_night(opened, pages, look, is_dark):
    browser = opened(pages["lab2_soft_targets"], look=look)
    brightness = browser.execute_script("""
        const light = colour =>
          colour.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765;
        const of = (place, what) => light(getComputedStyle(document.querySelector(place))[what]);
        return {paper: of('body', 'backgroundColor'), ink: of('body', 'color'),
          box: of('.input_area', 'backgroundColor'),
          code: [...document.querySelectorAll('.highlight span')].map(
            each => light(getComputedStyle(each).color))};""")
    assert (brightness["paper"] < 0.2) == (brightness["box"] < 0.2) == is_dark
    assert (brightness["ink"] > 0.7) == is_dark
    dim = [each for each in brightness["code"] if abs(each - brightness["box"]) < 0.25]
    assert not dim
