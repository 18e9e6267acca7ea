"""Colours and labels, which must do for everybody and for every name."""

import matplotlib.pyplot as plt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdlab.plots.style import lab_style, label, not_empty, series_styles, unnamed_styles
from labkit.errors import ConfigurationError

NAMES = st.lists(st.sampled_from(["teacher", "student, CE", "cosine", "mine", ""]), max_size=20)


@given(NAMES)
def test_no_two_series_look_alike(names):
    styles = series_styles(names)
    assert len(set(styles)) == len(names)
    assert len({(style.color, style.linestyle) for style in styles}) == len(names)


def test_the_lectures_methods_differ_in_each_way():
    styles = series_styles(["teacher", "CE", "soft targets", "cosine", "regressor"])
    for looks in zip(*styles, strict=True):
        assert len(set(looks)) == 5


def test_a_method_looks_the_same_in_every_figure():
    alone = series_styles(["student, cosine"])
    assert series_styles(["teacher", "new", "student, cosine"])[2:] == alone


def test_as_many_unnamed_series_as_there_are_looks():
    assert len(set(unnamed_styles(24))) == 24
    with pytest.raises(ConfigurationError, match="25 series are too many"):
        unnamed_styles(25)
    with pytest.raises(ConfigurationError, match="30 series are too many"):
        series_styles(["x"] * 30)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cat", "cat"),
        ("고양이", "class 3"),
        ("", "class 3"),
        ("two\nlines", "class 3"),
        ("a very long name", "a very ..."),
        ("5$", r"5\$"),
        (7, "7"),
    ],
)
def test_labels_can_be_drawn(text, shown):
    assert label(text, "class 3", longest=10) == shown


def test_the_style_holds_in_a_dark_notebook_and_leaves_it_as_it_was():
    with plt.style.context("dark_background"):
        before = plt.rcParams["figure.facecolor"]
        with lab_style():
            assert plt.rcParams["figure.facecolor"] == "white"
            assert plt.rcParams["text.color"] == "#222222"
        assert plt.rcParams["figure.facecolor"] == before


def test_nothing_to_draw_is_an_error():
    with pytest.raises(ConfigurationError, match="results is empty"):
        not_empty("results", [])
    assert not_empty("results", iter([1])) == [1]
