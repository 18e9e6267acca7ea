"""Whatever text, HTML or output a stranger makes up: nothing of it runs, and no step stumbles."""

import re

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder.rendering import clean, harmless
from autograder.rendering.formulas import with_formulas
from autograder.rendering.markdown import render, without_html

SCRAPS = st.sampled_from(
    ["<script>", "</script>", "<svg", "<math><mtext>", "<style>", "</style>", "<!--", "-->", "--!>",
     "<img src=x onerror=a()>", "<a href='", 'javascript:', "&#106;", "data:text/html,", ">", '"',
     "'", "`", "``", "\n", "\n\n", "    ", "$", "$$", "\\(", "\\begin{align}", "\\end{align}", "[",
     "](", ")", "]: ", "<div class=grader-result id=x style=color:red>", "<table><td>", "</td>",
     "<noscript>", "<title>", "<template>", "<p title='", "|a|\n|-|\n", "```mermaid\n", "```",
     "# ", "- ", "> ", "\\text{", "\\href{javascript:a()}{x}", "}", "\x00", "\u202e", "&lt;", "x"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(SCRAPS, st.text(max_size=5)), max_size=12).map("".join)


@given(TEXTS)
@settings(max_examples=400)
def test_no_text_makes_a_page_that_runs(assert_page_is_harmless, tags_of, source):
    page = render(source)
    assert_page_is_harmless(page)
    shown = with_formulas(page)
    without = re.sub(r"<math .*?</math>", "", shown, flags=re.DOTALL)
    assert_page_is_harmless(without)
    for formula in re.findall(r"<math .*?</math>", shown, flags=re.DOTALL):
        names = {name for _, attributes in tags_of(formula) for name in attributes}
        assert not names & {"href", "xlink:href", "style", "class", "id", "src"}
        assert not [name for name in names if name.startswith("on")]


@given(TEXTS)
@settings(max_examples=200)
def test_what_is_stored_is_harmless_to_any_reader(assert_page_is_harmless, tags_of, source):
    from nbconvert.filters import markdown2html as stock

    stored = without_html(source, None, None)
    if stored is not None:
        assert "\n" not in stored
        assert_page_is_harmless(stock(stored))
        assert without_html(stored, None, None) is not None  # the second time changes nothing more
    else:
        assert not {tag for tag, _ in tags_of(stock(source))} & {"script", "iframe", "svg", "style"}


@given(TEXTS)
@settings(max_examples=200)
def test_cleaning_twice_changes_nothing_more(html):
    once = clean(html)
    assert clean(once) == once


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.sampled_from(
    ["text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg",
     "image/svg+xml", "application/javascript", "application/vnd.jupyter.widget-view+json", "x/y"]
)  # fmt: skip
OUTPUTS = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["display_data", "execute_result", "stream", "error", "x"])},
    optional={
        "data": st.one_of(JSON, st.dictionaries(TYPES, st.one_of(TEXTS, JSON), max_size=4)),
        "metadata": st.one_of(JSON, st.dictionaries(TYPES, JSON, max_size=3)),
        **dict.fromkeys(("name", "text", "ename", "evalue", "traceback", "execution_count"), JSON),
    },
)


@given(OUTPUTS)
@settings(max_examples=300)
def test_any_output_becomes_a_valid_one(assert_page_is_harmless, output):
    found = harmless(output)
    cell = new_code_cell(id="x", outputs=[found])
    nbformat.validate(new_notebook(cells=[cell]))
    for mime, content in found.get("data", {}).items():
        assert mime in ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg")
        if mime == "text/html":
            assert_page_is_harmless(content)
    assert harmless(found) == found
