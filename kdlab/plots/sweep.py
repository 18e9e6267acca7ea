"""What temperature and weight of the soft targets do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import GREY, lab_style, not_empty, unnamed_styles

_TITLES = {"accuracy": "Accuracy", "agreement": "Agreement with the teacher"}

Row = Mapping[str, float]


def plot_sweep(
    rows: Iterable[Row],
    plain: Row | None = None,
    images: int | None = None,
) -> DescribedFigure:
    """Accuracy and agreement over the temperature, a line for each weight.

    Parameters
    ----------
    rows : iterable of mapping
        Each with ``T``, ``soft_target_loss_weight``, ``accuracy`` and ``agreement``.
    plain : mapping, optional
        ``accuracy`` and ``agreement`` of the student without a teacher: a horizontal line.
    images : int, optional
        Number of images that were measured on; draws the band of two standard errors around
        ``plain``, within which a difference may be chance.

    Returns
    -------
    DescribedFigure
        Two panels.
    """
    rows = not_empty("rows", rows)
    weights = sorted({row["soft_target_loss_weight"] for row in rows})
    with lab_style():
        figure = new_figure(8.4, 3.7)
        panels = figure.subplots(1, 2)
        for axes, (key, title) in zip(panels, _TITLES.items(), strict=True):
            _lines(axes, rows, weights, key)
            if plain is not None and plain.get(key) is not None:
                _plain(axes, plain[key], images)
            axes.set(title=title, xlabel="temperature $T$")
            _ticks(axes, sorted({row["T"] for row in rows}))
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside lower center",
            ncols=3,
            handlelength=4,
        )
    figure.describe(*_sentences(rows, plain))
    return figure


def _lines(axes: Axes, rows: list[Row], weights: Sequence[float], key: str) -> None:
    for weight, style in zip(weights, unnamed_styles(len(weights)), strict=True):
        points = sorted(
            (row["T"], row[key]) for row in rows if row["soft_target_loss_weight"] == weight
        )
        axes.plot(
            *zip(*points, strict=True),
            color=style.color,
            linestyle=style.linestyle,
            marker=style.marker,
            label=f"soft-target weight {weight:g}",
        )


def _plain(axes: Axes, value: float, images: int | None) -> None:
    axes.axhline(value, color=GREY, linestyle=(0, (1, 1.5)), label="student without teacher")
    if images is not None:
        error = 2 * (value * (1 - value) / images) ** 0.5
        axes.axhspan(
            value - error, value + error, color=GREY, alpha=0.15, lw=0, label="chance (2 std. err.)"
        )


def _ticks(axes: Axes, temperatures: list[float]) -> None:
    """Each temperature at a tick of its own, in equal steps for equal ratios."""
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(temperatures))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    axes.margins(x=0.06, y=0.1)


def _sentences(rows: list[Row], plain: Row | None) -> tuple[str, str]:
    best = max(rows, key=lambda row: row["accuracy"])
    worst = min(rows, key=lambda row: row["accuracy"])
    nearest = max(rows, key=lambda row: row["agreement"])
    ko = (
        "그림: temperature와 soft targets의 weight에 따른 accuracy와 teacher와의 일치율을 "
        "나타냅니다. "
        f"accuracy는 {_place(best)}에서 가장 높고({best['accuracy']:.1%}) "
        f"{_place(worst)}에서 가장 낮습니다({worst['accuracy']:.1%}). "
        f"일치율은 {_place(nearest)}에서 가장 높습니다({nearest['agreement']:.1%})."
    )
    en = (
        "Figure: accuracy and agreement with the teacher for each temperature and weight of the "
        f"soft targets. Accuracy is highest at {_place(best)} ({best['accuracy']:.1%}) and lowest "
        f"at {_place(worst)} ({worst['accuracy']:.1%}); agreement is highest at {_place(nearest)} "
        f"({nearest['agreement']:.1%})."
    )
    if plain is not None and plain.get("accuracy") is not None:
        ko += f" teacher 없이 학습한 student의 accuracy는 {plain['accuracy']:.1%}입니다."
        en += f" The student without a teacher reaches an accuracy of {plain['accuracy']:.1%}."
    return ko, en


def _place(row: Row) -> str:
    return f"T = {row['T']:g}, weight {row['soft_target_loss_weight']:g}"
