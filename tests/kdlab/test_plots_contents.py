"""The figures and the table hold the right numbers, and refuse what cannot be drawn."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kdlab import plots
from kdlab.grid import Grid, Row
from kdlab.history import History
from kdlab.results import Result
from labkit.errors import ConfigurationError

matplotlib.use("Agg")

TEACHER = Result("teacher", "lab1", 0.855, 1_186_986, 4_748_000, 0.4121)
STUDENT = Result("a <b> student", "lab1", 0.7, 267_738, 1_071_000, 0.0519, 0.742)


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    plt.close("all")


def test_history_draws_each_epoch():
    history = History("student, CE")
    history.add(2.0, None, 1.0)
    history.add(1.5, 0.25, 1.0)
    loss, accuracy = plots.plot_history(history).get_axes()
    assert loss.get_lines()[0].get_xydata().tolist() == [[1, 2.0], [2, 1.5]]
    assert accuracy.get_lines()[0].get_xydata().tolist() == [[2, 0.25]]
    english = plots.figure_description(plots.plot_history(history), "en")
    assert "loss from 2.000 to 1.500, validation accuracy 25.0% after the last epoch" in english


def test_a_history_without_epochs_is_named():
    with pytest.raises(ConfigurationError, match="'mine', no epochs"):
        plots.plot_history([History("mine")])


def test_names_in_korean_do_not_reach_the_figure():
    history = History("내 모델")
    history.add(1.0, 0.5, 1.0)
    figure = plots.plot_history(history)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["training 1"]
    assert "내 모델" in plots.figure_description(figure, "ko")
    figure.to_png()  # no warning about missing letters


@settings(max_examples=15)  # each draws a figure
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.floats(0.1, 100))
def test_temperature_draws_the_softmax(logits, T):
    figure = plots.plot_temperature(logits, temperatures=[T])
    heights = [bar.get_height() for bar in figure.get_axes()[0].patches]
    expected = torch.softmax(torch.tensor(logits, dtype=torch.float64) / T, dim=0)
    np.testing.assert_allclose(heights, expected, rtol=1e-9, atol=1e-300)
    plt.close(figure)


def test_temperature_of_the_lecture():
    figure = plots.plot_temperature([5.0, 1.0], temperatures=(1, 10))
    assert "T = 1: 0.982, T = 10: 0.599" in plots.figure_description(figure, "en")


def row(T, seed, kl):
    seen = {"accuracy": 0.7, "agreement": 0.6, "kl": kl}
    return Row(T, 0.9, 0.1, seed, seen, seen)


def test_the_lowest_kl_of_a_grid_is_named_and_what_was_trained_is_counted():
    """The mean over the seeds counts, and a seed is not a place."""
    grid = Grid({}, (row(1.0, 0, 5.0), row(4.0, 0, 3.0), row(4.0, 1, 4.0), row(2.0, 0, 3.6)))
    english = plots.figure_description(plots.plot_grid(grid), "en")
    assert "lowest at T = 4, soft 0.9, ce 0.1 (3.50)" in english
    assert "Points trained: seed 0: 3, seed 1: 1." in english
    assert "your own" not in english


def test_the_bars_of_a_grid_go_from_the_lowest_seed_to_the_highest():
    grid = Grid({}, (row(4.0, 0, 3.0), row(4.0, 1, 4.0), row(4.0, 2, 3.2)))
    axes = plots.plot_grid(grid).axes[2]
    (bar,) = axes.containers[0].lines[2][0].get_segments()
    assert bar[:, 1].tolist() == pytest.approx([3.0, 4.0])


def test_the_table_as_text_and_as_html():
    table = plots.comparison_table([TEACHER, STUDENT])
    lines = repr(table).splitlines()
    assert lines[0].split("  ")[0] == "model"
    assert lines[1].split() == ["teacher", "85.5%", "n/a", "1,186,986", "4.75", "MB", "0.412", "ms"]
    assert lines[2].endswith("70.0%                       74.2%     267,738       1.07 MB"
                             "       0.0519 ms")  # fmt: skip
    html = table._repr_html_()
    assert "a &lt;b&gt; student" in html and "<b>" not in html
    assert html.count("<tr>") == 3


def test_the_bars_hold_the_results():
    panels = plots.plot_comparison([TEACHER, STUDENT]).get_axes()
    widths = [[bar.get_width() for bar in axes.patches] for axes in panels]
    assert widths == [
        [0.855, 0.7],
        [0, 0.742],
        [1_186_986, 267_738],
        [4_748_000, 1_071_000],
        [0.4121, 0.0519],
    ]
    for axes in panels:
        assert axes.get_xlim()[0] == 0  # bars that start elsewhere would mislead


def test_capacity_says_what_a_recipe_changes():
    rows = [
        {"model": model, "recipe": recipe, "accuracy": accuracy, "spread": 0.01}
        for model, recipe, accuracy in (
            ("teacher", "plain", 0.85),
            ("teacher", "augmentation", 0.9),
            ("student", "plain", 0.7),
            ("student", "augmentation", 0.68),
        )
    ]
    figure = plots.plot_capacity(rows)
    english = plots.figure_description(figure, "en")
    assert "teacher: plain 85.0%, augmentation 90.0% (+5.0 points)" in english
    assert "student: plain 70.0%, augmentation 68.0% (-2.0 points)" in english


def test_wrong_predictions_are_counted_though_names_look_alike():
    images = torch.zeros(3, 3, 8, 8, dtype=torch.uint8)
    classes = ("a very long name 1", "a very long name 2")
    figure = plots.show_samples(images, torch.tensor([0, 1, 1]), classes, np.array([0, 0, 1]))
    assert "right about 2 of them" in plots.figure_description(figure, "en")
    titles = [axes.get_title() for axes in figure.get_axes()]
    assert [title.split("\n")[1].split()[0] for title in titles] == ["right", "as", "right"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.plot_history([]), "histories is empty"),
        (lambda: plots.plot_comparison([]), "results is empty"),
        (lambda: plots.comparison_table([]), "results is empty"),
        (lambda: plots.plot_grid(), "grid and own is empty"),
        (lambda: plots.plot_capacity([]), "rows is empty"),
        (lambda: plots.plot_temperature([]), "logits is empty"),
        (lambda: plots.plot_temperature([1.0], ()), "temperatures is empty"),
        (lambda: plots.plot_temperature([1.0, 2.0], (0,)), "T=0 is not above 0"),
        (lambda: plots.plot_temperature([1.0, 2.0], classes="abc"), "3 class names for 2 logits"),
        (lambda: plots.plot_large_T_limit([], {}), "temperatures is empty"),
        (lambda: plots.plot_large_T_limit([1], {}), "distances is empty"),
        (lambda: plots.plot_large_T_limit([1, 2], {"x": [1]}), "1 values for 2 temperatures"),
        (lambda: plots.show_samples(torch.zeros(0, 3, 8, 8).byte(), [], "a"), r"\(0, 3, 8, 8\)"),
        (lambda: plots.show_samples(torch.zeros(1, 3, 8, 8), [0], "a"), "type torch.float32"),
        (lambda: plots.show_samples(torch.zeros(2, 3, 8, 8).byte(), [0], "a"), "1 labels for 2"),
    ],
)
def test_what_cannot_be_drawn_is_named(draw, message):
    with pytest.raises(ConfigurationError, match=message):
        draw()
    assert plt.get_fignums() == []  # no empty figure is left to be shown
