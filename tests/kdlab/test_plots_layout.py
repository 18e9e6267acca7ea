"""Every figure: readable, nothing cut off, nothing on top of something else, and described."""

import io

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from PIL import Image

from kdlab import plots
from kdlab.grid import Grid, Row, load_grid
from kdlab.grid.stored import plan
from kdlab.history import History
from kdlab.results import Result

matplotlib.use("Agg")

CIFAR = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
METHODS = ("teacher", "student, CE", "student, soft targets", "student, cosine", "student, hint")


def history(title, epochs, accuracies=True):
    made = History(title)
    for epoch in range(epochs):
        made.add(2.3 * 0.8**epoch, 0.7 - 0.6 * 0.7**epoch if accuracies else None, 1.0)
    return made


def result(name, accuracy, agreement):
    size = 1_186_986 if name == "teacher" else 267_738
    return Result(name, "lab1", accuracy, size, 4 * size, size / 3e6, agreement)


def grid(seeds=2, full=True):
    """Rows of every place of the shipped grid."""
    points = plan((1, 2, 4, 8, 16), (0.1, 0.5, 0.9), range(seeds))
    kept = [each for each in points if full or each.T is None or each.ce_loss_weight < 1]
    rows = []
    for each in kept:
        accuracy = 0.7 + 0.004 * (each.T or 0) + 0.01 * each.seed
        seen = {"accuracy": accuracy, "agreement": accuracy + 0.02, "kl": 7 - (each.T or 0) / 8}
        rows.append(Row(*each.cell, each.seed, seen, seen))
    return Grid({}, tuple(rows))


OWN = {"accuracy": 0.72, "agreement": 0.73, "kl": 4.2}
OWN = [{"T": 4, "soft_target_loss_weight": 0.9, "ce_loss_weight": ce, **OWN} for ce in (0.1, 1)]


def capacity(recipes=("plain", "augmentation")):
    return [
        {"model": model, "recipe": recipe, "accuracy": accuracy, "spread": 0.01}
        for model, accuracy in (("teacher", 0.85), ("student", 0.7))
        for recipe in recipes
    ]


def images(n):
    return torch.full((n, 3, 32, 32), 100, dtype=torch.uint8)


RESULTS = [result(METHODS[0], 0.855, None)]
RESULTS += [result(name, 0.7, 0.74 + place / 100) for place, name in enumerate(METHODS[1:])]

FIGURES = {
    "history of one": lambda: plots.plot_history(history("student, CE", 10)),
    "history of five": lambda: plots.plot_history([history(name, 30) for name in METHODS]),
    "history of one epoch": lambda: plots.plot_history([history("student, CE", 1)]),
    "history without accuracy": lambda: plots.plot_history([history("teacher", 3, False)]),
    "comparison": lambda: plots.plot_comparison(RESULTS),
    "comparison of one": lambda: plots.plot_comparison(RESULTS[:1]),
    "comparison of two": lambda: plots.plot_comparison(RESULTS[:2]),
    "comparison without teacher": lambda: plots.plot_comparison(RESULTS[1:]),
    "grid": lambda: plots.plot_grid(grid()),
    "grid of one block": lambda: plots.plot_grid(grid(1, full=False), OWN[:1]),
    "grid with own": lambda: plots.plot_grid(grid(), OWN),
    "own alone": lambda: plots.plot_grid(own=OWN[1:]),
    "shipped grid": lambda: plots.plot_grid(load_grid()),
    "temperature": lambda: plots.plot_temperature([6.0, 3.0, 2.0, -1.0], classes="3851"),
    "temperature, CIFAR": lambda: plots.plot_temperature(range(10), (1, 4, 20), CIFAR),
    "large T": lambda: plots.plot_large_T_limit(
        [1, 10, 100, 1000],
        {"zero-mean logits": [1, 0.1, 0.01, 0.001], "logits as they are": [0.9, 0.7, 0.7, 0.7]},
    ),
    "samples": lambda: plots.show_samples(images(16), torch.arange(16) % 10, CIFAR),
    "samples, judged": lambda: plots.show_samples(
        images(10), torch.arange(10), CIFAR, [1, *range(1, 10)]
    ),
    "samples, three": lambda: plots.show_samples(images(3), [0, 1, 2], CIFAR),
    "capacity": lambda: plots.plot_capacity(capacity()),
    "capacity, three recipes": lambda: plots.plot_capacity(capacity(("plain", "dropout", "both"))),
    "baseline": plots.diagram_baseline,
    "soft targets": plots.diagram_soft_targets,
    "cosine": plots.diagram_cosine,
    "regressor": plots.diagram_regressor,
}
DIAGRAMS = ["baseline", "soft targets", "cosine", "regressor"]


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    plt.close("all")


def drawn_texts(figure, monkeypatch):
    """Each text that is really drawn, with its box in pixels."""
    figure.draw_without_rendering()  # the layout is settled
    texts = []
    draw = Text.draw

    def recorded(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            texts.append((self.get_text(), Text.get_window_extent(self, renderer)))
        draw(self, renderer, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Text, "draw", recorded)
        figure.canvas.draw()
    return texts


def overlap(one, other, by=0.5):
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > by
        and min(one.y1, other.y1) - max(one.y0, other.y0) > by
    )


@pytest.mark.parametrize("name", FIGURES)
def test_texts_are_whole_and_apart(name, monkeypatch):
    figure = FIGURES[name]()
    texts = drawn_texts(figure, monkeypatch)
    page = figure.bbox
    assert texts
    for place, (text, box) in enumerate(texts):
        assert text.isascii(), text
        inside = box.x0 >= page.x0 and box.x1 <= page.x1
        assert inside and box.y0 >= page.y0 and box.y1 <= page.y1, f"{text!r} is cut off"
        for other_text, other in texts[:place]:
            assert not overlap(box, other), f"{text!r} lies on {other_text!r}"


@pytest.mark.parametrize("name", FIGURES)
def test_it_fits_a_notebook_and_says_what_it_shows(name):
    figure = FIGURES[name]()
    assert figure.get_figwidth() <= 9
    ko, en = (plots.figure_description(figure, language) for language in ("ko", "en"))
    assert ko.startswith("그림: ") and ko.endswith(".")
    assert "니다." in ko
    assert en.startswith("Figure: ") and en.endswith(".")
    assert not any("가" <= letter <= "힣" for letter in en)
    assert plots.figure_description(figure) == f"{ko}\n{en}"
    picture = Image.open(io.BytesIO(figure.to_png()))
    assert picture.text["Description"] == f"{ko} {en}"
    assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


@pytest.mark.parametrize("name", FIGURES)
def test_lines_differ_by_colour_and_by_line_style(name):
    for axes in FIGURES[name]().get_axes():
        lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
        for looks in (
            [(line.get_color(), line.get_linestyle(), line.get_marker()) for line in lines],
            [(line.get_linestyle(), line.get_marker()) for line in lines],
            [line.get_color() for line in lines],
        ):
            assert len(set(looks)) == len(lines)
        # matplotlib calls every pattern of its own "--", so two of them cannot be told apart
        assert len({line.get_linestyle() for line in lines}) >= min(len(lines), 3)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_nothing_crosses_a_text_of_a_diagram(name, monkeypatch):
    figure = FIGURES[name]()
    texts = drawn_texts(figure, monkeypatch)
    (axes,) = figure.get_axes()
    for line in axes.get_lines():
        path = axes.transData.transform_path(line.get_path())
        for text, box in texts:
            assert not path.intersects_bbox(box, filled=False), f"a line crosses {text!r}"
    for patch in axes.patches:
        frame = patch.get_window_extent()
        for text, box in texts:
            if not isinstance(patch, FancyBboxPatch):
                assert not overlap(frame, box), f"{text!r} lies on a drawing"
            else:
                whole = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0
                whole = whole and box.y1 < frame.y1
                assert whole or not overlap(frame, box), f"{text!r} leaves its box"
