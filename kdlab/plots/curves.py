"""Loss and accuracy over the epochs of a training."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from kdlab.history import History
from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import lab_style, label, not_empty, series_styles
from labkit.errors import ConfigurationError

Quantity = Literal["loss", "accuracy"]


def plot_history(histories: History | Iterable[History]) -> DescribedFigure:
    """Training loss and, if it was measured, validation accuracy of each epoch.

    Parameters
    ----------
    histories : History or iterable of History
        What `kdlab.fit` returned, for one training or for several.

    Returns
    -------
    DescribedFigure
        One panel, or two if a history has accuracies.

    Raises
    ------
    ConfigurationError
        If there is no history, or one without epochs.
    """
    histories = [histories] if isinstance(histories, History) else histories
    histories = not_empty("histories", histories)
    for history in histories:
        if not history.rows:
            raise ConfigurationError(f"{history!r} cannot be drawn. Train at least one epoch.")
    validated = any(_points(history, "accuracy")[0] for history in histories)
    with lab_style():
        figure = new_figure(8.4 if validated else 5.2, 3.6)
        left, *right = figure.subplots(1, 1 + validated, squeeze=False)[0]
        _lines(left, histories, "loss", "Training loss")
        for axes in right:
            _lines(axes, histories, "accuracy", "Validation accuracy")
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
        figure.legend(
            *left.get_legend_handles_labels(),
            loc="outside lower center",
            ncols=min(len(histories), 3),
            handlelength=4,
        )
    figure.describe(*_sentences(histories, validated))
    return figure


def _points(history: History, key: Quantity) -> tuple[list[int], list[float]]:
    """Epochs at which a quantity was measured, and its values."""
    points = [(row["epoch"], value) for row in history.rows if (value := row[key]) is not None]
    return [epoch for epoch, _ in points], [value for _, value in points]


def _lines(axes: Axes, histories: list[History], key: Quantity, title: str) -> None:
    styles = series_styles([history.title for history in histories])
    for number, (history, style) in enumerate(zip(histories, styles, strict=True), start=1):
        epochs, values = _points(history, key)
        axes.plot(
            epochs,
            values,
            color=style.color,
            linestyle=style.linestyle,
            marker=style.marker,
            markevery=max(1, len(epochs) // 10),
            label=label(history.title, f"training {number}"),
        )
    axes.set(title=title, xlabel="epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.margins(x=0.03, y=0.08)


def _sentences(histories: list[History], validated: bool) -> tuple[str, str]:
    ko, en = [], []
    for history in histories:
        losses = _points(history, "loss")[1]
        accuracies = _points(history, "accuracy")[1]
        title = history.title or "training"
        one_ko = f"{title}: loss {losses[0]:.3f} → {losses[-1]:.3f}"
        one_en = f"{title}: loss from {losses[0]:.3f} to {losses[-1]:.3f}"
        if accuracies:
            one_ko += f", 마지막 epoch의 validation accuracy {accuracies[-1]:.1%}"
            one_en += f", validation accuracy {accuracies[-1]:.1%} after the last epoch"
        ko.append(one_ko)
        en.append(one_en)
    shown_ko = "training loss와 validation accuracy를" if validated else "training loss를"
    shown_en = "training loss and validation accuracy" if validated else "training loss"
    end_ko = end_en = ""
    if len(histories) > 1 and validated:
        end_ko = " loss는 방법마다 정의가 다르므로, 방법끼리는 accuracy로 비교합니다."
        end_en = " Methods differ in what their loss is made of, so compare them by accuracy."
    return (
        f"그림: epoch마다 {shown_ko} 나타냅니다. {'; '.join(ko)}.{end_ko}",
        f"Figure: {shown_en} of each epoch. {'; '.join(en)}.{end_en}",
    )
