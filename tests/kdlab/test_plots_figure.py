"""A figure in a notebook: the image with its alternative text, and the sentence below it."""

import base64

import IPython.display
import matplotlib
import matplotlib.pyplot as plt
import pytest

from kdlab.plots import figure_description
from kdlab.plots.figure import new_figure
from labkit.errors import ConfigurationError
from labkit.language import set_language

matplotlib.use("Agg")


@pytest.fixture
def figure():
    made = new_figure(4, 3)
    made.subplots().plot([1, 2])
    made.describe("그림: 선입니다.", "Figure: a line.")
    yield made
    set_language("both")
    plt.close("all")


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as (data, metadata)."""
    calls = []

    def display(data, metadata, raw):
        assert raw
        calls.append((data, metadata))

    monkeypatch.setattr(IPython.display, "display", display)
    return calls


def test_a_notebook_shows_the_image_and_prints_the_sentence(figure, shown, capsys):
    figure._ipython_display_()
    ((data, metadata),) = shown
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata == {
        "image/png": {"width": 360, "alt": "그림: 선입니다. Figure: a line."},
    }
    assert capsys.readouterr() == ("그림: 선입니다.\nFigure: a line.\n", "")


def test_it_is_shown_once_a_cell_and_again_when_asked(figure, shown):
    figure._ipython_display_()
    assert plt.get_fignums() == []  # else the end of the cell would show it again
    figure._ipython_display_()
    assert shown[0] == shown[1]


def test_the_sentence_follows_the_language(figure, shown, capsys):
    set_language("ko")
    figure._ipython_display_()
    assert capsys.readouterr().out == "그림: 선입니다.\n"
    assert shown[0][1]["image/png"]["alt"] == "그림: 선입니다."
    assert figure_description(figure, language="en") == "Figure: a line."


def test_long_sentences_are_broken_between_words(figure, shown, capsys):
    ko, en = "그림: " + "여러 단어가 있는 문장입니다. " * 12, "Figure: " + "some-words " * 30
    figure.describe(ko, en)
    figure._ipython_display_()
    printed = capsys.readouterr().out
    assert printed.split() == (ko + en).split()
    for line in printed.splitlines():
        columns = len(line) + sum("가" <= letter <= "힣" for letter in line)
        assert columns <= 110


def test_a_figure_without_a_sentence(shown, capsys):
    empty = new_figure(2, 2)
    empty._ipython_display_()
    assert capsys.readouterr().out == ""
    assert figure_description(empty) == ""


def test_another_figure_has_no_description():
    with pytest.raises(ConfigurationError, match="has no description"):
        figure_description(plt.Figure())
