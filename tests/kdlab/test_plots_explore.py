"""The figures of the explore notebooks hold what they were given, and say it."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from kdlab import plots
from kdlab.plots import explore
from labkit.errors import ConfigurationError

matplotlib.use("Agg")
SAID = ("그림: 시험입니다.", "Figure: a test.")


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    plt.close("all")


def test_rows_of_pictures():
    rows = {"image": np.zeros((3, 8, 8, 3)), "attention": np.random.rand(3, 4, 4)}
    figure = explore.show_rows(rows, SAID)
    assert [axes.images[0].get_array().shape[:2] for axes in figure.get_axes()] == (
        [(8, 8)] * 3 + [(4, 4)] * 3
    )
    assert plots.figure_description(figure, "en") == SAID[1]


def test_matrices_share_a_scale_where_it_is_given():
    figure = explore.plot_matrices({"a": np.eye(3), "b": 2 * np.eye(3)}, SAID, "xyz", most=2)
    images = [axes.images[0] for axes in figure.get_axes() if axes.images]
    assert [image.get_clim() for image in images] == [(0, 2), (0, 2)]
    assert images[1].get_array().max() == 2


def test_bars_by_group():
    figure = explore.plot_groups({"one": [0.1, 0.2], "two": [0.3, 0.4]}, ["a", "b"], SAID, "t")
    heights = [patch.get_height() for patch in figure.get_axes()[0].patches]
    assert heights == pytest.approx([10, 20, 30, 40])


def test_curves_in_percent():
    curves = {"one": ([0.5, 0.25], [0, 1]), "두": ([0.1], [0.2])}
    figure = explore.plot_curves(curves, SAID, "t", ("others", "class 3"))
    axes = figure.get_axes()[0]
    assert [line.get_xdata().tolist() for line in axes.lines] == [[50, 25], [10]]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0, 100], [20]]
    assert [line.get_label() for line in axes.lines] == ["one", "curve 2"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("others (%)", "class 3 (%)")


def test_the_schemes_are_drawn_and_described():
    figure = explore.diagram_schemes()
    words = {text.get_text() for text in figure.get_axes()[0].texts}
    assert {"teacher", "student 1", "student 2", "head 2"} <= words
    assert "mutual learning" in plots.figure_description(figure, "en")
    assert figure.to_png().startswith(b"\x89PNG")


def test_nothing_to_draw_is_an_error():
    with pytest.raises(ConfigurationError, match="empty"):
        explore.show_rows({}, SAID)
