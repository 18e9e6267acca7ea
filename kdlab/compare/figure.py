"""The comparison as a picture: what each method gains or loses, and how often it agrees."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from kdlab.compare.recipes import KINDS
from kdlab.compare.summary import Estimate, Row
from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import GREY, INK, lab_style, not_empty, unnamed_styles


def plot_methods(rows: Sequence[Row]) -> DescribedFigure:
    """A dot with its 95 % interval for each method; controls are hollow.

    Parameters
    ----------
    rows : sequence of Row
        What `summarise` returned.

    Returns
    -------
    DescribedFigure
        Differences of accuracy to the baseline, and agreements with the teacher.
    """
    rows = not_empty("rows", rows)
    with lab_style():
        figure = new_figure(8.8, 1.4 + 0.24 * len(rows))
        left, right = figure.subplots(1, 2, sharey=True)
        for place, row in enumerate(rows):
            _dot(left, place, row, row.difference or Estimate(0.0, None))
            _dot(right, place, row, row.agreement)
        left.axvline(0, color=GREY, lw=1)
        left.set_title("accuracy, difference to cross_entropy")
        left.set_xlabel("percentage points, same seeds")
        right.set_title("agreement with the teacher")
        right.set_xlabel("%")
        left.set_yticks(range(len(rows)), [row.method for row in rows])
        left.set_ylim(len(rows) - 0.4, -0.6)
        for axes in (left, right):
            axes.grid(axis="y", visible=False)
        handles, kinds = left.get_legend_handles_labels()
        once = dict(zip(kinds, handles, strict=True))
        figure.legend(once.values(), once, loc="outside lower center", ncols=len(once))
    figure.describe(*_sentences(rows))
    return figure


def _dot(axes: Axes, place: int, row: Row, estimate: Estimate) -> None:
    style = dict(zip(KINDS, unnamed_styles(len(KINDS)), strict=True))[row.kind]
    axes.errorbar(
        100 * estimate.mean,
        place,
        xerr=None if estimate.half_width is None else 100 * estimate.half_width,
        color=INK if row.kind == "baseline" else style.color,
        marker=style.marker,
        mfc="white" if row.kind == "control" else None,
        lw=1.4,
        capsize=2.5,
        label=row.kind,
    )


def _sentences(rows: Sequence[Row]) -> tuple[str, str]:
    gains = {row.method: row.difference.mean for row in rows if row.difference is not None}
    ko = "그림: method마다 cross_entropy와의 accuracy 차이와 teacher와의 agreement를 나타냅니다."
    en = (
        "Figure: difference of the accuracy to cross_entropy, and agreement with the teacher, "
        "for each method."
    )
    if gains:
        best, worst = max(gains, key=gains.__getitem__), min(gains, key=gains.__getitem__)
        gain, loss = (f"{100 * gains[method]:+.1f}" for method in (best, worst))
        ko += (
            f" 차이가 가장 큰 method는 {best}({gain} %p), "
            f"가장 작은 method는 {worst}({loss} %p)입니다."
        )
        en += f" Highest: {best} ({gain} points); lowest: {worst} ({loss} points)."
    return ko, en
