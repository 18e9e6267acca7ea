"""Why a small model needs a teacher: what helps a large model may hurt a small one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from matplotlib.ticker import PercentFormatter

from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import INK, lab_style, label, not_empty, unnamed_styles


class Row(TypedDict):
    """A bar: a model, how it was trained, and what it reached."""

    model: str
    recipe: str
    accuracy: float
    spread: float


def plot_capacity(rows: Iterable[Row]) -> DescribedFigure:
    """Accuracy of each model with each way of training.

    Parameters
    ----------
    rows : iterable of mapping
        Each with ``model``, ``recipe`` (such as ``"augmentation"``), ``accuracy`` (0 to 1) and
        ``spread`` (standard deviation over seeds).

    Returns
    -------
    DescribedFigure
        A group of bars for each model, a bar for each recipe.
    """
    rows = not_empty("rows", rows)
    models = list(dict.fromkeys(row["model"] for row in rows))
    recipes = list(dict.fromkeys(row["recipe"] for row in rows))
    width = 0.8 / len(recipes)
    with lab_style():
        figure = new_figure(7.4, 3.8)
        axes = figure.subplots()
        styles = unnamed_styles(len(recipes))
        for number, (style, recipe) in enumerate(zip(styles, recipes, strict=True)):
            drawn = [row for row in rows if row["recipe"] == recipe]
            shift = (number - (len(recipes) - 1) / 2) * width
            bars = axes.bar(
                [models.index(row["model"]) + shift for row in drawn],
                [row["accuracy"] for row in drawn],
                width * 0.9,
                yerr=[row["spread"] for row in drawn],
                color=style.color,
                hatch=style.hatch,
                ecolor=INK,
                capsize=4,
                label=label(recipe, f"recipe {number + 1}"),
            )
            texts = [f"{row['accuracy']:.1%}" for row in drawn]
            axes.bar_label(bars, texts, padding=3, fontsize=9)
        names = [label(model, f"model {place + 1}") for place, model in enumerate(models)]
        axes.set_xticks(range(len(models)), names, fontsize=11)
        axes.set(title="Accuracy on the test images", ylim=(0, 1.08))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.grid(axis="x", visible=False)
        figure.legend(
            *axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, handlelength=2.5
        )
    figure.describe(*_sentences(rows, models))
    return figure


def _sentences(rows: list[Row], models: list[str]) -> tuple[str, str]:
    parts_ko, parts_en = [], []
    for model in models:
        first, *others = [row for row in rows if row["model"] == model]
        text = f"{model}: {first['recipe']} {first['accuracy']:.1%}"
        ko, en = text, text
        for row in others:
            change = 100 * (row["accuracy"] - first["accuracy"])
            ko += f", {row['recipe']} {row['accuracy']:.1%}({change:+.1f}%p)"
            en += f", {row['recipe']} {row['accuracy']:.1%} ({change:+.1f} points)"
        parts_ko.append(ko)
        parts_en.append(en)
    return (
        "그림: 모델과 학습 방법에 따른 test accuracy를 나타냅니다. 오차 막대는 seed에 따른 "
        "표준편차입니다. "
        f"{'; '.join(parts_ko)}.",
        "Figure: test accuracy by model and way of training; error bars are standard deviations "
        f"over seeds. {'; '.join(parts_en)}.",
    )
