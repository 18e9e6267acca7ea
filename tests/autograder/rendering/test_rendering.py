"""What strangers wrote is shown as it was meant, and nothing of it runs; without a browser."""

import re
from html import escape
from pathlib import Path

import nbformat
import pytest
from nbformat import from_dict
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.rendering import Defuse, harmless
from autograder.rendering.formulas import mathml, with_formulas
from autograder.rendering.markdown import LONGEST, render, without_html

ROOT = Path(__file__).resolve().parents[3]
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@pytest.mark.parametrize(
    ("mime", "content", "shown"),
    [
        ("application/javascript", "alert(1)", "JavaScript"),
        ("application/vnd.jupyter.widget-view+json", {"model_id": "x"}, "widget"),
        ("text/vnd.mermaid", "graph", "Mermaid"),
        ("text/html", "<script>alert(1)</script>", "HTML"),
    ],
)
def test_what_would_run_is_replaced_by_a_note_in_both_languages(mime, content, shown):
    found = harmless({"output_type": "display_data", "data": {mime: content}, "metadata": {}})
    assert list(found.data) == ["text/plain"]
    assert "표시하지 않습니다" in found.data["text/plain"]
    assert f"({shown}) is left out" in found.data["text/plain"]


def test_a_figure_keeps_its_size_and_its_alternative_text():
    about = {"image/png": {"width": 640, "alt": "그림: a < b", "height": "1 onerror=x"}}
    data = {"image/png": PIXEL + "\n", "text/plain": "<Figure>"}
    found = harmless({"output_type": "display_data", "data": data, "metadata": about})
    assert found.data == {"image/png": PIXEL, "text/plain": "<Figure>"}
    assert found.metadata == {"image/png": {"width": 640, "alt": "그림: a < b"}}


def test_an_svg_becomes_a_picture_with_its_words(tags_of):
    drawing = {"image/svg+xml": "<svg onload='x()'/>"}
    about = {"image/svg+xml": {"alt": 'a "drawing"'}}
    page = harmless({"output_type": "display_data", "data": drawing, "metadata": about})
    ((tag, attributes),) = tags_of(page.data["text/html"])
    assert (tag, attributes["alt"]) == ("img", 'a "drawing"')
    assert attributes["src"].startswith("data:image/svg+xml;base64,")


def test_tables_lists_code_and_links_survive():
    table = "| a | b |\n|:--|--:|\n| 1 | **2** |"
    page = render(f"{table}\n\n1. one\n2. `a<b`\n\n```python\nx = 1\n```\n[w](https://a.org) ~~s~~")
    for part in ('style="text-align:right"', "<strong>2</strong>", "<li>one", "a&lt;b</code>",
                 'class="n">x<', 'href="https://a.org"', "<del>s</del>"):  # fmt: skip
        assert part in page, part


def test_pictures_beside_the_notebook_become_part_of_the_page(tmp_path):
    (tmp_path / "그림 1.png").write_bytes(b"\x89PNG")
    (tmp_path / "up").mkdir()
    (tmp_path / "up" / "link.png").symlink_to("/etc/hostname")
    page = render("![a](<그림 1.png>)", beside=tmp_path)
    assert 'src="data:image/png;base64,iVBORw=="' in page
    for name in ("none.png", "../x.png", "/etc/x.png", "up/link.png", "evil.html", "http:x.png"):
        assert "src=" not in render(f"![a]({name})", beside=tmp_path), name


def test_a_lost_attachment_is_its_description():
    assert render("![내 그림](attachment:none.png)") == "<p>[내 그림]</p>\n"
    pasted = {"그림.png": {"image/png": PIXEL}}
    assert f"base64,{PIXEL}" in render("![x](attachment:그림.png)", pasted) or "[x]" in render(
        "![x](attachment:그림.png)", pasted
    )


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        ("a<b", ["<mo>&lt;</mo>"]),
        (r"\frac{1}{T^2}", ["<mfrac>", "<msup>"]),
        (r"\text{a<b & c}", ["a&lt;b", "&amp;"]),
        (r"\mathcal{L}_{KD}", ["ℒ"]),
        (r"\href{javascript:x}{y}", ["<mi>y</mi>"]),
    ],
)
def test_formulas_are_mathml_that_says_what_was_typed(tags_of, tex, parts):
    found = mathml(tex, inline=True)
    assert all(part in found for part in parts), found
    assert tags_of(found)[0][1]["alttext"] == tex
    assert "href=" not in found


def test_what_is_no_formula_stays_as_it_was_typed():
    assert with_formulas("<p>$5</p><p>6$</p>") == "<p>$5</p><p>6$</p>"
    assert with_formulas("<code>$x$</code>") == "<code>$x$</code>"
    deep = "$" + "{" * 100 + "}" * 100 + "$"
    assert with_formulas(deep) == f"<code>{deep}</code>"


def test_every_formula_of_the_labs_can_be_read():
    for path in sorted((ROOT / "solutions").rglob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                page = with_formulas(render(cell.source))
                left = re.sub(r"<(code|pre|math)\b.*?</\1>", "", page, flags=re.DOTALL)
                assert "$" not in left and "\\" not in left, (path.name, left)
                assert page.count("<code>$") == 0, (path.name, cell.source)


def test_text_of_the_labs_is_stored_as_it_is():
    for path in sorted((ROOT / "solutions").rglob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown" and "colab-badge" not in cell.source:
                assert without_html(cell.source, None, None) is None, cell.source


def test_the_answer_of_the_notes_is_an_output_of_nbformat():
    assert harmless(from_dict({"output_type": "stream", "name": "x", "text": ["a", "b"]})) == {
        "output_type": "stream", "name": "stdout", "text": "ab",
    }  # fmt: skip


@pytest.mark.parametrize("scrap", ["[", "\\\\(", "\\begin{a}", "<a b='", "$a ", "```", "> "])
def test_long_texts_are_shown_as_they_were_typed(scrap):
    long = scrap * (LONGEST + 1)
    assert render(long) == f"<pre>{escape(long, quote=False)}</pre>"
    cells = [new_markdown_cell(scrap * 1000, id=f"c{number}") for number in range(120)]
    cells += [new_markdown_cell("short", id="last"), new_markdown_cell(long, id="long")]
    whole, _ = Defuse().preprocess(new_notebook(cells=cells), {})
    rendered = [cell for cell in whole.cells if not cell.source.startswith("<div><pre>")]
    assert sum(len(cell.source) for cell in rendered if "<div>" not in cell.source) <= 100_000
    assert whole.cells[-1].source.startswith("<div><pre>")
    assert "\n" not in whole.cells[-1].source


def test_a_page_has_so_many_formulas_at_most():
    page = with_formulas("<p>" + "$x$ " * 600 + "</p>")
    assert page.count("<math") == 500
    assert page.count("$x$") == 100
