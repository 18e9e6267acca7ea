"""What temperature and loss weights do: a measured grid, and a student's own trainings on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from kdlab.grid import MEASURES, Grid, Row
from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import GREY, INK, lab_style, not_empty, unnamed_styles

_TITLES = {
    "accuracy": "Accuracy",
    "agreement": "Agreement with the teacher",
    "kl": "KL to the teacher (T = 4)",
}
_BLOCKS = {"ce weight = 1 - soft weight": False, "ce weight = 1": True}

Own = Mapping[str, float]


def plot_grid(grid: Grid | None = None, own: Iterable[Own] = ()) -> DescribedFigure:
    """Accuracy, agreement and KL on validation images over the temperature.

    Parameters
    ----------
    grid : Grid, optional
        A line for each weight of the soft targets: the mean over the seeds, with bars from the
        lowest to the highest of them. The student without a teacher is a horizontal band. Where
        there are trainings with a cross-entropy weight of 1, they have a row of panels of their
        own.
    own : iterable of mapping
        Trainings of one's own, each a star: ``T``, ``soft_target_loss_weight``,
        ``ce_loss_weight``, ``accuracy``, ``agreement`` and ``kl``.

    Returns
    -------
    DescribedFigure
        Three panels, or three for each kind of the cross-entropy weight.
    """
    rows = [] if grid is None else [row for row in grid.rows if row.T is not None]
    plain = [] if grid is None else [row for row in grid.rows if row.T is None]
    own = list(own)
    temperatures = sorted({float(each) for each in not_empty("grid and own", _all_T(rows, own))})
    blocks = {
        name: ([r for r in rows if _full(r) == full], [o for o in own if _full_own(o) == full])
        for name, full in _BLOCKS.items()
    }
    shown = {name: parts for name, parts in blocks.items() if any(parts)}
    weights = sorted({row.soft_target_loss_weight for row in rows})
    with lab_style():
        figure = new_figure(9.0, 0.6 + 3.0 * len(shown))
        panels = figure.subplots(len(shown), 3, sharex=True, squeeze=False)
        for line, (name, (measured, mine)) in zip(panels, shown.items(), strict=True):
            for axes, measure in zip(line, MEASURES, strict=True):
                _plain(axes, [row.validation[measure] for row in plain])
                _lines(axes, measured, weights, measure)
                _stars(axes, mine, measure)
                axes.set(title=f"{_TITLES[measure]}\n{name}", xlabel="temperature $T$")
                _ticks(axes, temperatures, measure)
        found = {
            text: handle
            for axes in panels.flat
            for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)
        }
        figure.legend(found.values(), found, loc="outside lower center", ncols=3, handlelength=4)
    figure.describe(*_sentences(grid, own))
    return figure


def _all_T(rows: Sequence[Row], own: Sequence[Own]) -> list[Any]:
    return [row.T for row in rows] + [each["T"] for each in own]


def _full(row: Row) -> bool:
    """Whether the labels' loss has its whole weight beside the soft targets'."""
    return row.ce_loss_weight == 1


def _full_own(own: Own) -> bool:
    return own["ce_loss_weight"] == 1


def _lines(axes: Axes, rows: Sequence[Row], weights: Sequence[float], measure: str) -> None:
    for place, (weight, style) in enumerate(
        zip(weights, unnamed_styles(len(weights)), strict=True)
    ):
        seen: dict[float, list[float]] = {}
        for row in rows:
            if row.soft_target_loss_weight == weight and row.T is not None:
                seen.setdefault(row.T, []).append(row.validation[measure])
        if not seen:
            continue
        at = sorted(seen)
        means = [fmean(seen[T]) for T in at]
        shift = 1.03 ** (place - (len(weights) - 1) / 2)  # bars beside one another
        axes.errorbar(
            [T * shift for T in at],
            means,
            yerr=[  # a mean of equal numbers may be off by its rounding
                [max(0.0, mean - min(seen[T])) for T, mean in zip(at, means, strict=True)],
                [max(0.0, max(seen[T]) - mean) for T, mean in zip(at, means, strict=True)],
            ],
            color=style.color,
            linestyle=style.linestyle,
            marker=style.marker,
            elinewidth=1.2,
            capsize=2.5,
            label=f"soft-target weight {weight:g}",
        )


def _plain(axes: Axes, values: Sequence[float]) -> None:
    if values:
        axes.axhline(
            fmean(values), color=GREY, linestyle=(0, (1, 1.5)), label="student without teacher"
        )
        axes.axhspan(min(values), max(values), color=GREY, alpha=0.15, lw=0)


def _stars(axes: Axes, own: Sequence[Own], measure: str) -> None:
    if own:
        axes.plot(
            [each["T"] for each in own],
            [each[measure] for each in own],
            linestyle="none",
            marker="*",
            markersize=13,
            color=INK,
            markeredgecolor="white",
            label="yours",
            zorder=4,
        )


def _ticks(axes: Axes, temperatures: Sequence[float], measure: str) -> None:
    """Each temperature at a tick of its own, in equal steps for equal ratios."""
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(temperatures))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
    if measure != "kl":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    axes.margins(x=0.08, y=0.1)


def _sentences(grid: Grid | None, own: Sequence[Own]) -> tuple[str, str]:
    ko = "그림: temperature와 loss weight에 따른 accuracy, agreement, KL divergence(validation)."
    en = "Figure: accuracy, agreement and KL divergence (validation) by temperature and weight."
    cells = {} if grid is None else grid.cells()
    taught = {cell: rows for cell, rows in cells.items() if cell[0] is not None}
    if taught and grid is not None:
        best = min(taught, key=lambda cell: fmean(row.validation["kl"] for row in taught[cell]))
        lowest = fmean(row.validation["kl"] for row in taught[best])
        place = f"T = {best[0]:g}, soft {best[1]:g}, ce {best[2]:g}"
        ko += (
            f" KL divergence는 {place}에서 가장 낮습니다({lowest:.2f}). "
            f"학습한 조건의 수는 {_by_seed(grid)}입니다."
        )
        en += f" The KL is lowest at {place} ({lowest:.2f}). Points trained: {_by_seed(grid)}."
    if own:
        ko += f" 별은 직접 실행한 결과 {len(own)}개입니다."
        en += f" The stars are {len(own)} trainings of your own."
    return ko, en


def _by_seed(grid: Grid) -> str:
    """How many points were trained with each seed."""
    counts = Counter(row.seed for row in grid.rows)
    return ", ".join(f"seed {seed}: {counts[seed]}" for seed in sorted(counts))
