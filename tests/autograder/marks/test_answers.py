"""Which changes of a notebook make another answer of it, and which do not."""

import nbformat
import pytest

from autograder.marks.answers import digest_of_answer, digest_on_page, note_digest


@pytest.fixture
def digest(toy):
    """The digest of a cell, after a change of the notebook."""

    def make(name, change=None):
        notebook = toy.notebook()
        if change:
            cell = toy.named(notebook, change[0])
            cell.source = change[1](cell.source)
        return digest_of_answer(notebook, toy.named(notebook, name))

    return make


@pytest.mark.parametrize(
    "change", [str.upper, lambda s: s + "!", lambda s: "  " + s.replace(" ", "  "), lambda s: ""]
)
def test_another_text_is_another_answer(digest, change):
    assert digest("1-w", ("1-w", change)) != digest("1-w")
    assert digest("test-1-1", ("1-1", change)) != digest("test-1-1")


@pytest.mark.parametrize(
    "change",
    [lambda s: s + "  \n", lambda s: "\n" + s, lambda s: s.replace("\n", "\r\n")],
    ids=["spaces behind", "a line before", "line ends of Windows"],
)
def test_spaces_around_it_do_not_count(digest, change):
    assert digest("1-w", ("1-w", change)) == digest("1-w")
    assert digest("test-1-1", ("1-1", change)) == digest("test-1-1")


def test_composed_and_decomposed_hangul_are_one_text(digest):
    texts = "각", "\u1100\u1161\u11a8"
    one, two = (digest("1-w", ("1-w", lambda _, text=text: text)) for text in texts)
    assert one == two


def test_code_and_prose_are_marked_apart(digest):
    assert digest("1-w", ("1-1", str.upper)) == digest("1-w")
    assert digest("test-1-1", ("1-w", str.upper)) == digest("test-1-1")


def test_the_page_says_what_was_noted_and_else_what_stands_there(toy, tmp_path):
    path, notebook = tmp_path / "lab.ipynb", toy.notebook()
    cell = toy.named(notebook, "1-w")
    plain = digest_of_answer(notebook, cell)
    nbformat.write(notebook, path)
    assert digest_on_page(path, "1-w") == plain
    cell.source = "<b>bold</b>"
    noted = note_digest(notebook, cell)
    cell.source = "bold"  # what is left of it
    nbformat.write(notebook, path)
    assert digest_on_page(path, "1-w") == noted != plain
    assert digest_on_page(path, "9-9") is None


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff"])
def test_without_a_page_there_is_no_text(tmp_path, content):
    path = tmp_path / "lab.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert digest_on_page(path, "1-w") is None
