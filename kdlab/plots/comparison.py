"""Models side by side: accuracy, agreement with the teacher, size and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple

from matplotlib.axes import Axes

from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import Series, lab_style, label, not_empty, series_styles
from kdlab.results import Result


class Quantity(NamedTuple):
    """One column of the table and one panel of the chart.

    ``most`` is where its axis ends if that does not depend on the results.
    """

    attribute: str
    heading: str
    text: Callable[[float], str]
    most: float | None = None


_QUANTITIES = (
    Quantity("accuracy", "accuracy", lambda value: f"{value:.1%}", most=1.0),
    Quantity("agreement", "agreement with the teacher", lambda value: f"{value:.1%}", most=1.0),
    Quantity("parameters", "parameters", lambda value: f"{value:,}"),
    Quantity("size_bytes", "size on disk", lambda value: f"{value / 1e6:.2f} MB"),
    Quantity("ms_per_image", "time per image", lambda value: f"{value:#.3g} ms"),
)


class ComparisonTable:
    """A table that shows itself, as HTML in a notebook and as plain text elsewhere."""

    def __init__(self, results: list[Result]) -> None:
        self.header = ["model", *(quantity.heading for quantity in _QUANTITIES)]
        self.rows = [[result.name, *(_text(result, q) for q in _QUANTITIES)] for result in results]

    def __repr__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
            for line in lines
        )

    def _repr_html_(self) -> str:
        # No colours of its own: it takes those of the notebook, light or dark.
        def row(tag: str, cells: list[str]) -> str:
            sides = ["left"] + ["right"] * (len(cells) - 1)
            return "".join(
                f'<{tag} style="text-align: {side}; padding: 0.3em 0.8em">{escape(cell)}</{tag}>'
                for side, cell in zip(sides, cells, strict=True)
            )

        body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in self.rows)
        return (
            f"<table><thead><tr>{row('th', self.header)}</tr></thead><tbody>{body}</tbody></table>"
        )


def comparison_table(results: Iterable[Result]) -> ComparisonTable:
    """The results as a table: a row for each model, in the order given."""
    return ComparisonTable(not_empty("results", results))


def plot_comparison(results: Iterable[Result]) -> DescribedFigure:
    """The results as bars, a panel for each quantity.

    Parameters
    ----------
    results : iterable of Result
        What `kdlab.Lab.measure` returned.

    Returns
    -------
    DescribedFigure
        Accuracy and agreement above; parameters, size on disk and time per image below.
    """
    results = not_empty("results", results)
    names = [label(result.name, f"model {place + 1}") for place, result in enumerate(results)]
    styles = series_styles([result.name for result in results])
    with lab_style():
        height = 0.34 * len(results)
        figure = new_figure(8.8, 2 * (height + 0.75))
        upper, lower = figure.subfigures(2, 1, squeeze=False)[:, 0]
        panels = [*upper.subplots(1, 2, sharey=True), *lower.subplots(1, 3, sharey=True)]
        for axes, quantity in zip(panels, _QUANTITIES, strict=True):
            _bars(axes, results, names, styles, quantity)
    figure.describe(*_sentences(results))
    return figure


def _text(result: Result, quantity: Quantity) -> str:
    value = getattr(result, quantity.attribute)
    return "n/a" if value is None else quantity.text(value)


def _bars(
    axes: Axes, results: list[Result], names: list[str], styles: list[Series], quantity: Quantity
) -> None:
    values = [getattr(result, quantity.attribute) or 0 for result in results]
    for place, (result, value, style) in enumerate(zip(results, values, styles, strict=True)):
        axes.barh(place, value, height=0.7, color=style.color, hatch=style.hatch)
        axes.annotate(
            _text(result, quantity),
            (value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_title(quantity.heading)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)  # the first model on top
    axes.set_xlim(0, 1.45 * (quantity.most or max([*values, 1e-9])))  # room for the numbers
    axes.tick_params(length=0, labelbottom=False)  # each bar has its number
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _sentences(results: list[Result]) -> tuple[str, str]:
    names = "; ".join(f"{result.name} {result.accuracy:.1%}" for result in results)
    ko = f"그림: 모델의 성능과 크기, 시간을 막대로 비교합니다. test accuracy는 {names}입니다."
    en = f"Figure: bars compare performance, size and time of the models. Test accuracy: {names}."
    students = [result for result in results if result.agreement is not None]
    if len(students) > 1:
        best = max(students, key=lambda result: result.accuracy)
        nearest = max(students, key=lambda result: result.agreement or 0.0)
        ko += (
            f" student 중에서 accuracy는 '{best.name}'이 가장 높고, "
            f"teacher와의 agreement는 '{nearest.name}'이 가장 높습니다({nearest.agreement:.1%})."
        )
        en += (
            f" Of the students, '{best.name}' is the most accurate, and '{nearest.name}' agrees "
            f"most often with the teacher ({nearest.agreement:.1%})."
        )
    teachers = [result for result in results if result.agreement is None]
    if len(teachers) == 1 and students:
        ratio = teachers[0].parameters / min(result.parameters for result in students)
        ko += f" teacher의 parameter 수는 가장 작은 student의 {ratio:.1f}배입니다."
        en += f" The teacher has {ratio:.1f} times as many parameters as the smallest student."
    return ko, en
