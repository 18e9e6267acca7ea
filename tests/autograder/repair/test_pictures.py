"""Pictures that were pasted into a text are found under plain names, or become text."""

import copy
import json
import unicodedata
from urllib.parse import quote

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder import limits
from autograder.notebooks import from_json
from autograder.publishing import release_notebook
from autograder.repair import repair
from autograder.repair.pictures import with_plain_names
from autograder.repair.prose import as_written, renders

PNG = {"image/png": "iVBORw0KGgo="}
KOREAN = "그림.png"


def showable(text, pictures):
    return text if renders(text, pictures) else as_written(text)


def html(text, pictures):
    renderer = IPythonRenderer(escape=False, attachments=pictures)
    return MarkdownWithMath(renderer=renderer).render(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (KOREAN, KOREAN),
        (KOREAN, quote(KOREAN)),
        (unicodedata.normalize("NFD", KOREAN), KOREAN),
        (KOREAN, unicodedata.normalize("NFD", KOREAN)),
        (quote(KOREAN), KOREAN),
        ("화면 캡처 2026-03-01 (1).png", "화면 캡처 2026-03-01 (1).png"),
        ("a b.png", "a%20b.png"),
        ("a b.png", "<a b.png>"),
        ("a&b.png", "a&amp;b.png"),
        ("a%b.png", "a%25b.png"),
        ("b (2).png", 'b%20(2).png "with a title"'),
        ("image.png", "image.png"),
        ("그림", "그림"),
        ("🎓.png", "🎓.png"),
        ("../../etc/passwd", "../../etc/passwd"),
    ],
)
@pytest.mark.parametrize("form", ["![x](attachment:{})", "text\n\n![x](attachment:{})\n\nmore"])
def test_a_picture_is_found_however_its_name_is_written(name, written, form):
    text = form.format(written)
    if written[0] == "<":
        text = text.replace("attachment:<", "<attachment:")
    text, pictures, missing = with_plain_names(text, {name: PNG}, {})
    assert missing == [] and list(pictures.values()) == [PNG]
    assert all(each.isascii() and " " not in each for each in pictures)
    assert "data:image/png;base64,iVBORw0KGgo=" in html(text, pictures)
    assert with_plain_names(text, pictures, {}) == (text, pictures, [])


@pytest.mark.parametrize(
    ("text", "attachments"),
    [
        ("![alt](attachment:lost.png)", None),
        ("![alt](attachment:잃은 그림.png)", {}),
        ("![alt](attachment:%EA%B7%B8.png)", {"other.png": PNG}),
        ('![](attachment:lost.png "title")', {"lost.png": {}}),
        ("![alt][1]\n\n[1]: attachment:lost.png", {}),
        ("![alt](attachment:a.png)", {"a.png": {"text/html": "<script>"}}),
        ("![alt](attachment:a.png)", {"a.png": {"image/png": "\" onerror=alert(1) "}}),
        ("![alt](&#97;ttachment:a.png)", {}),
        ("![alt](attachment:)", {}),
        ("![a](attachment:x.png) and ![b](attachment:y.png)", {"y.png": PNG}),
    ],
)
def test_a_missing_picture_becomes_text(text, attachments):
    text, pictures, _ = with_plain_names(text, attachments, {})
    text = showable(text, pictures)
    shown = html(text, pictures)
    assert "onerror" not in shown and "<script" not in shown
    assert with_plain_names(text, pictures, {})[0] == text == showable(text, pictures)


def test_what_only_speaks_of_attachments_is_left_alone():
    text = "Write `![x](attachment:x.png)` and [a link](attachment:x.png).\n\n    attachment:y.png"
    assert with_plain_names(text, {}, {}) == (text, {}, [])


def test_a_picture_in_html_is_shown_too():
    text = '<img src="attachment:그림.png" width=9>'
    text, pictures, _ = with_plain_names(text, {KOREAN: PNG}, {})
    assert "data:image/png;base64,iVBORw0KGgo=" in html(text, pictures)


@pytest.fixture
def release(course):
    return release_notebook(course.source)


def test_two_pictures_of_one_name_stay_two(release, toy):
    notebook = copy.deepcopy(release)
    first = toy.named(notebook, "1-w")
    first.source, first.attachments = "![](attachment:image.png)", {"image.png": PNG}
    second = copy.deepcopy(first)
    second.id = "second"
    second.attachments = {"image.png": {"image/png": "AAAA"}}
    notebook.cells.append(second)
    repaired, _ = repair(from_json(json.loads(json.dumps(notebook))), release)
    cell = toy.named(repaired, "1-w")
    assert len(cell.attachments) == 2
    shown = html(cell.source, cell.attachments)
    assert "base64,iVBORw0KGgo=" in shown and "base64,AAAA" in shown
    nbformat.validate(repaired)


@pytest.mark.parametrize("text", ["a\\begin{a} " * 999, "````\n" + "\\begin{b} " * 999])
def test_prose_that_cannot_be_rendered_is_shown_as_it_was_written(text):
    shown = showable(text, {})
    assert text in shown and as_written(shown) == shown
    assert as_written(f"{shown}\n\n{shown}") != f"{shown}\n\n{shown}"
    assert html(shown, {}).count("<pre") == 1


@pytest.mark.parametrize("sign", [">", "- ", "[", "![", "*", "_", "`", "<", "$", "|", "\\begin{a}"])
def test_nothing_that_is_nested_keeps_a_page_from_being_made(sign):
    assert html(showable(sign * 2000 + "x", {}), {})


def test_of_much_prose_a_part_is_rendered_and_repair_is_done_after_once(release, toy):
    notebook = copy.deepcopy(release)
    toy.named(notebook, "1-w").source = "my answer"
    notebook.cells.append(new_code_cell("own = 1"))
    for number in range(3):
        text = "word " * (limits.RENDERED // 5 + number - 1)
        notebook.cells.append(new_markdown_cell(text, id=f"own-{number}"))
    notebook.cells += [new_markdown_cell("word " * 3999, id=f"more-{n}") for n in range(9)]
    repaired, changes = repair(notebook, release)
    shown = [cell.source.startswith("````text\n") for cell in repaired.cells[-12:]]
    assert shown == [False, False, True, *[False] * 8, True]
    assert [change.kind for change in changes] == ["as written"] * 2
    assert repair(repaired, release) == (repaired, [])


def test_a_picture_written_into_the_text_counts_for_no_words():
    text = f"ordinary, with a ![](data:image/png;base64,{'A' * 10**6})"
    assert showable(text, {}) == text
