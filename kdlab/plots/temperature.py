"""What the temperature does to probabilities and to the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator

from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import BLUE, ORANGE, lab_style, label, not_empty, unnamed_styles
from labkit.errors import ConfigurationError


def plot_temperature(
    logits: Sequence[float],
    temperatures: Sequence[float] = (1, 2, 4, 10),
    classes: Sequence[str] | None = None,
) -> DescribedFigure:
    """The same logits as probabilities at several temperatures.

    Parameters
    ----------
    logits : sequence of float, shape (C,)
        Of one image.
    temperatures : sequence of float
        Each above 0; a panel for each.
    classes : sequence of str, shape (C,), optional
        Names of the classes; default: their numbers.

    Returns
    -------
    DescribedFigure
        Bars of ``softmax(logits / T)`` for each ``T``.
    """
    values = np.asarray(not_empty("logits", logits), dtype=float)  # (C,)
    temperatures = not_empty("temperatures", temperatures)
    classes = [str(number) for number in range(len(values))] if classes is None else list(classes)
    if len(classes) != len(values):
        raise ConfigurationError(
            f"There are {len(classes)} class names for {len(values)} logits. Give one for each."
        )
    if min(temperatures) <= 0:
        raise ConfigurationError(f"T={min(temperatures)} is not above 0. Choose T > 0.")
    table = np.stack([_softmax(values / T) for T in temperatures])  # (len(temperatures), C)
    with lab_style():
        figure = new_figure(max(5.0, min(9.0, 2.1 * len(temperatures))), 3.0)
        panels = figure.subplots(1, len(temperatures), sharey=True, squeeze=False)[0]
        names = [label(name, f"class {place}", 10) for place, name in enumerate(classes)]
        for axes, T, probs in zip(panels, temperatures, table, strict=True):
            _probabilities(axes, T, probs, names)
        panels[0].set_ylabel("probability")
        figure.supxlabel("class", fontsize=10)
    figure.describe(*_temperature_sentences(temperatures, table, classes))
    return figure


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max())
    probs: np.ndarray = exponentials / exponentials.sum()
    return probs


def _probabilities(axes: Axes, T: float, probs: np.ndarray, names: list[str]) -> None:
    colors = [BLUE if place == probs.argmax() else ORANGE for place in range(len(probs))]
    bars = axes.bar(range(len(probs)), probs, color=colors, width=0.75)
    if len(probs) <= 5:
        axes.bar_label(bars, fmt="%.2f", fontsize=9, padding=2)
        axes.grid(visible=False)
    crowded = sum(len(name) + 1 for name in names) > 20
    axes.set_xticks(range(len(probs)), names, rotation=90 if crowded else 0)
    axes.set(title=f"$T = {T:g}$", ylim=(0, 1.12), yticks=np.linspace(0, 1, 6))
    axes.grid(axis="x", visible=False)


def _temperature_sentences(
    temperatures: Sequence[float], table: np.ndarray, classes: Sequence[str]
) -> tuple[str, str]:
    top = classes[int(table[0].argmax())]
    values = ", ".join(
        f"T = {T:g}: {probs.max():.3f}" for T, probs in zip(temperatures, table, strict=True)
    )
    return (
        "그림: 같은 logit을 여러 temperature의 확률로 나타냅니다. "
        f"가장 큰 확률(파란 막대, class {top})은 {values}입니다. "
        "T가 커질수록 분포는 고르게 되지만 class의 순서는 바뀌지 않습니다.",
        "Figure: the same logits as probabilities at several temperatures. "
        f"The largest probability (blue, class {top}) is, for {values}. "
        "The higher T, the more even the distribution; the order of the classes stays.",
    )


def plot_large_T_limit(
    temperatures: Sequence[float], distances: Mapping[str, Sequence[float]]
) -> DescribedFigure:
    """How far the gradient of the soft targets loss is from its limit for a large temperature.

    Parameters
    ----------
    temperatures : sequence of float, shape (K,)
        Above 0, growing.
    distances : mapping of str to sequence of float, shape (K,)
        Relative distance from the limit at each temperature; a line for each name, such as
        ``"zero-mean logits"``.

    Returns
    -------
    DescribedFigure
        Both axes logarithmic.
    """
    temperatures = not_empty("temperatures", temperatures)
    not_empty("distances", distances)
    for name, values in distances.items():
        if len(values) != len(temperatures):
            raise ConfigurationError(
                f"distances[{name!r}] has {len(values)} values for {len(temperatures)} "
                "temperatures. Give one for each."
            )
    styles = unnamed_styles(len(distances))
    with lab_style():
        figure = new_figure(6.6, 3.8)
        axes = figure.subplots()
        for number, (style, name) in enumerate(zip(styles, distances, strict=True), start=1):
            axes.loglog(
                temperatures,
                distances[name],
                color=style.color,
                linestyle=style.linestyle,
                marker=style.marker,
                label=label(name, f"series {number}", 40),
            )
        axes.set(
            title="Gradient of the soft targets loss for large $T$",
            xlabel="temperature $T$",
            ylabel="distance from the limit\n(relative to its size)",
        )
        axes.xaxis.set_major_locator(LogLocator(base=10))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
        figure.legend(
            *axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, handlelength=4
        )
    figure.describe(*_limit_sentences(temperatures, distances))
    return figure


def _limit_sentences(
    temperatures: Sequence[float], distances: Mapping[str, Sequence[float]]
) -> tuple[str, str]:
    ends = "; ".join(f"{name} {values[-1]:.2g}" for name, values in distances.items())
    return (
        "그림: soft targets loss의 gradient와 T가 클 때의 극한 (z − v)/(N·C) 사이의 상대적인 "
        f"거리를 나타냅니다. T = {temperatures[-1]:g}에서의 거리: {ends}.",
        "Figure: relative distance between the gradient of the soft targets loss and its limit for "
        f"large T, (z − v)/(N·C). At T = {temperatures[-1]:g} it is: {ends}.",
    )
