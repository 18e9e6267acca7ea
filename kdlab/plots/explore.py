"""Figures of the notebooks in ``labs/explore``: images in rows, matrices, bars, curves, schemes.

Each takes the two sentences that describe it, since only the notebook knows what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from kdlab.plots.canvas import DATA, LOSS, STUDENT, TEACHER, Canvas, Node
from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import lab_style, label, not_empty, unnamed_styles

Sentences = tuple[str, str]


def show_rows(rows: Mapping[str, Sequence[ArrayLike]], said: Sentences) -> DescribedFigure:
    """Rows of small pictures: images, and maps that belong to them.

    Parameters
    ----------
    rows : mapping of str to sequence of array
        Name of a row, and its pictures: ``(H, W)``, drawn in shades between their smallest and
        largest value, or ``(H, W, 3)`` with values 0 to 1. All rows are of one length.
    said : tuple of str
        What the figure shows, in Korean and in English.
    """
    not_empty("rows", rows)
    columns = len(next(iter(rows.values())))
    with lab_style():
        figure = new_figure(1.2 + 0.8 * columns, 0.85 * len(rows) + 0.1)
        grid = figure.subplots(len(rows), columns, squeeze=False)
        for axes_of_row, (name, pictures) in zip(grid, rows.items(), strict=True):
            for axes, picture in zip(axes_of_row, pictures, strict=True):
                axes.imshow(np.asarray(picture), cmap="viridis")
                axes.set(xticks=[], yticks=[])
                axes.grid(visible=False)
                axes.spines[:].set_visible(False)
            axes_of_row[0].set_ylabel(
                label(name, "row"), rotation=0, ha="right", va="center", labelpad=8
            )
    figure.describe(*said)
    return figure


def plot_matrices(
    matrices: Mapping[str, ArrayLike],
    said: Sentences,
    names: Sequence[str] = (),
    most: float | None = None,
) -> DescribedFigure:
    """Square matrices side by side, on one scale from 0.

    Parameters
    ----------
    matrices : mapping of str to array
        Title and values, ``(K, K)`` each; NaN is left blank.
    said : tuple of str
        What the figure shows, in Korean and in English.
    names : sequence of str, optional
        Of rows and columns.
    most : float, optional
        Where the scale ends; default: at each matrix's own largest value.
    """
    not_empty("matrices", matrices)
    with lab_style():
        figure = new_figure(0.4 + 2.9 * len(matrices), 3.1)
        panels = figure.subplots(1, len(matrices), squeeze=False)[0]
        for axes, (title, matrix) in zip(panels, matrices.items(), strict=True):
            values = np.asarray(matrix, dtype=float)
            image = axes.imshow(values, cmap="viridis", vmin=0, vmax=most)
            axes.set_title(label(title, "matrix", longest=40))
            axes.grid(visible=False)
            shown = [label(name, str(place)) for place, name in enumerate(names)]
            axes.set_xticks(range(len(shown)), shown, rotation=90 if _long(shown) else 0)
            axes.set_yticks(range(len(shown)), shown)
            figure.colorbar(image, ax=axes, shrink=0.75)
    figure.describe(*said)
    return figure


def _long(names: Sequence[str]) -> bool:
    return any(len(name) > 2 for name in names)


def plot_groups(
    groups: Mapping[str, Sequence[float]], names: Sequence[str], said: Sentences, title: str
) -> DescribedFigure:
    """Bars in percent: for each name one bar of each group.

    Parameters
    ----------
    groups : mapping of str to sequence of float
        Name in the legend, and a value, 0 to 1, for each of ``names``.
    names : sequence of str
        Below the bars, such as the classes or the methods.
    said : tuple of str
        What the figure shows, in Korean and in English.
    title : str
        What the bars measure.
    """
    not_empty("groups", groups)
    width = 0.8 / len(groups)
    places = np.arange(len(names))
    with lab_style():
        figure = new_figure(8.4, 3.4)
        axes = figure.subplots()
        for number, (style, (name, values)) in enumerate(
            zip(unnamed_styles(len(groups)), groups.items(), strict=True)
        ):
            axes.bar(
                places + (number - (len(groups) - 1) / 2) * width,
                [100 * value for value in values],
                width * 0.92,
                color=style.color,
                hatch=style.hatch,
                label=label(name, f"group {number + 1}", longest=40),
            )
        axes.set_xticks(places, [label(name, str(place)) for place, name in enumerate(names)])
        if max(map(len, names)) > 100 / len(names):  # letters that fit below one group
            axes.tick_params(axis="x", rotation=20)
        axes.set_title(title)
        axes.set_ylabel("%")
        axes.set_ylim(0, 100)
        axes.grid(axis="x", visible=False)
        if len(groups) > 1:
            figure.legend(loc="outside lower center", ncols=len(groups))
    figure.describe(*said)
    return figure


def plot_curves(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    said: Sentences,
    title: str,
    axis_labels: tuple[str, str],
) -> DescribedFigure:
    """Lines through points, both axes in percent.

    Parameters
    ----------
    curves : mapping of str to tuple
        Name in the legend, and the points' x and y, 0 to 1.
    said : tuple of str
        What the figure shows, in Korean and in English.
    title : str
        What the lines are.
    axis_labels : tuple of str
        What x and y measure.
    """
    not_empty("curves", curves)
    with lab_style():
        figure = new_figure(6.0, 3.9)
        axes = figure.subplots()
        for number, (style, (name, points)) in enumerate(
            zip(unnamed_styles(len(curves)), curves.items(), strict=True)
        ):
            x, y = (100 * np.asarray(values, dtype=float) for values in points)
            axes.plot(
                x,
                y,
                color=style.color,
                linestyle=style.linestyle,
                marker=style.marker,
                markersize=4,
                label=label(name, f"curve {number + 1}", longest=40),
            )
        axes.set_title(title)
        axes.set_xlabel(f"{axis_labels[0]} (%)")
        axes.set_ylabel(f"{axis_labels[1]} (%)")
        axes.set_ylim(-3, 103)
        figure.legend(loc="outside lower center", ncols=len(curves), handlelength=4)
    figure.describe(*said)
    return figure


def diagram_schemes() -> DescribedFigure:
    """Who teaches whom: a frozen teacher, two students each other, a network itself."""
    with lab_style():
        canvas = Canvas(8.8, 2.5)
        for column, draw in enumerate((_teacher_student, _mutual, _self)):
            draw(canvas, 1.45 + 2.95 * column)
    canvas.figure.describe(
        "그림: teacher가 student를 가르치는 방식(왼쪽), 두 student가 서로 가르치는 mutual learning"
        "(가운데), 가장 깊은 층이 얕은 층을 가르치는 self-distillation(오른쪽)을 비교합니다.",
        "Figure: a frozen teacher teaches a student (left); in mutual learning two students teach "
        "each other (middle); in self-distillation the deepest section teaches the shallow one "
        "(right).",
    )
    return canvas.figure


def _teacher_student(canvas: Canvas, x: float) -> None:
    canvas.text(x, 2.25, "distillation", weight="bold")
    teacher = canvas.box(Node(x, 1.7, 1.5, 0.5), "teacher", "frozen", TEACHER)
    student = canvas.box(Node(x, 0.55, 1.5, 0.5), "student", color=STUDENT)
    canvas.arrow(teacher.bottom, student.top)
    canvas.text(x + 0.62, 1.12, "soft targets", color=LOSS)


def _mutual(canvas: Canvas, x: float) -> None:
    canvas.text(x, 2.25, "mutual learning", weight="bold")
    first = canvas.box(Node(x - 0.68, 1.7, 1.1, 0.5), "student 1", color=STUDENT)
    second = canvas.box(Node(x + 0.68, 1.7, 1.1, 0.5), "student 2", color=STUDENT)
    labels = canvas.box(Node(x, 0.55, 1.5, 0.5), "labels", color=DATA)
    (left, y), (right, _) = first.right, second.left
    canvas.arrow((left, y + 0.1), (right, y + 0.1))
    canvas.arrow((right, y - 0.1), (left, y - 0.1))
    for student in (first, second):
        canvas.arrow((student.x, labels.top[1]), student.bottom, dashed=True)


def _self(canvas: Canvas, x: float) -> None:
    canvas.text(x, 2.25, "self-distillation", weight="bold")
    shallow = canvas.box(Node(x - 0.7, 0.55, 1.2, 0.5), "shallow", "section", STUDENT)
    deep = canvas.box(Node(x + 0.7, 0.55, 1.2, 0.5), "deepest", "section", STUDENT)
    head = canvas.box(Node(x - 0.7, 1.7, 1.2, 0.5), "head 1", color=STUDENT)
    deepest = canvas.box(Node(x + 0.7, 1.7, 1.2, 0.5), "head 2", color=STUDENT)
    for start, end in ((shallow.right, deep.left), (shallow.top, head.bottom)):
        canvas.arrow(start, end, dashed=True)
    canvas.arrow(deep.top, deepest.bottom, dashed=True)
    canvas.arrow(deepest.left, head.right)
