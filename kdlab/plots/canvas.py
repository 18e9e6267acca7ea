"""Boxes, feature maps, vectors and arrows, from which the diagrams are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle

from kdlab.plots.figure import new_figure
from kdlab.plots.style import BLUE, GREEN, GREY, INK, VERMILION

TEACHER, STUDENT, LOSS, DATA = BLUE, VERMILION, GREEN, GREY

Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """A thing in a diagram: middle, width, height, and room for a name below it, in inches."""

    x: float
    y: float
    w: float
    h: float
    name_below: float = 0

    @property
    def left(self) -> Point:
        return self.x - self.w / 2, self.y

    @property
    def right(self) -> Point:
        return self.x + self.w / 2, self.y

    @property
    def top(self) -> Point:
        return self.x, self.y + self.h / 2

    @property
    def bottom(self) -> Point:
        return self.x, self.y - self.h / 2 - self.name_below


class Canvas:
    """A white page on which places are given in inches, from the lower left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = new_figure(width, height, layout="none")
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(0, height))
        self.axes.set_axis_off()

    def text(self, x: float, y: float, text: str, **options: Any) -> None:
        """Text around a point."""
        settings = {"ha": "center", "va": "center", "fontsize": 9, "color": INK, "zorder": 5}
        self.axes.text(x, y, text, **{**settings, **options})

    def band(self, x: float, y: float, w: float, h: float, title: str, color: str) -> None:
        """Pale ground behind all that belongs to one network; x, y is its lower left corner."""
        self._rounded(
            (x, y),
            w,
            h,
            0.12,
            facecolor=(*to_rgb(color), 0.08),
            edgecolor=(*to_rgb(color), 0.8),
            linestyle="--" if color == TEACHER else "-",  # the frozen one is seen without colours
            linewidth=1.2,
            zorder=0,
        )
        self.text(
            x + 0.12, y + h - 0.17, title, ha="left", color=color, weight="bold", fontsize=9.5
        )

    def box(self, node: Node, title: str, detail: str = "", color: str = DATA) -> Node:
        """A layer, a loss, or data: a box with a name, and a second line in smaller letters."""
        corner = (node.x - node.w / 2, node.y - node.h / 2)
        look = {"facecolor": "white", "edgecolor": color, "linewidth": 1.6, "zorder": 2}
        self._rounded(corner, node.w, node.h, 0.08, **look)
        self.text(node.x, node.y + (0.11 if detail else 0), title, weight="bold")
        if detail:
            self.text(node.x, node.y - 0.12, detail, fontsize=8.5)
        return node

    def feature_map(self, x: float, y: float, shape: str, color: str, sheets: int) -> Node:
        """Channels as sheets, one behind the other, with their shape below."""
        side, step = 0.34, 0.055
        size = side + (sheets - 1) * step
        tint = tuple(1 - 0.18 * (1 - value) for value in to_rgb(color))
        for sheet in reversed(range(sheets)):
            corner = (x - size / 2 + sheet * step, y - size / 2 + sheet * step)
            self._rectangle(corner, side, side, facecolor=tint, edgecolor=color, lw=1.2)
        self.text(x, y - size / 2 - 0.12, shape, fontsize=8.5)
        return Node(x, y, size + 0.12, size + 0.08, name_below=0.2)

    def vector(self, x: float, y: float, length: str, color: str, cells: int) -> Node:
        """A vector as a row of cells, with its length below."""
        width, height = 0.105, 0.17
        for cell in range(cells):
            corner = (x + (cell - cells / 2) * width, y - height / 2)
            fill = (*to_rgb(color), 0.35 if cell % 2 else 0.12)
            self._rectangle(corner, width, height, facecolor=fill, edgecolor=color, lw=0.8)
        self.text(x, y - 0.2, length, fontsize=8.5)
        return Node(x, y, cells * width + 0.12, height + 0.08, name_below=0.18)

    def bars(self, x: float, y: float, heights: Sequence[float], name: str, color: str) -> Node:
        """A value for each class as bars, with their name below."""
        step, floor = 0.13, y - 0.17
        width = len(heights) * step
        for place, height in enumerate(heights):
            corner = (x - width / 2 + place * step + 0.015, floor)
            self._rectangle(corner, step - 0.03, height * 0.46, facecolor=color, lw=0)
        self.axes.plot([x - width / 2, x + width / 2], [floor, floor], color=GREY, lw=0.8)
        self.text(x, floor - 0.13, name, fontsize=8.5)
        return Node(x, y, width + 0.15, 0.62, name_below=0.1)

    def arrow(self, *points: Point, color: str = INK, dashed: bool = False) -> None:
        """An arrow along straight lines; its head is at the last point."""
        (x0, y0), (x, y) = points[-2:]
        length = math.hypot(x - x0, y - y0)
        ahead = np.array([x - x0, y - y0]) / length * 0.11
        aside = np.array([-ahead[1], ahead[0]]) * 0.4
        neck = np.array([x, y]) - ahead
        style = {"linestyle": (0, (3, 1.5))} if dashed else {"solid_joinstyle": "miter"}
        line = np.array([*points[:-1], neck + 0.2 * ahead])
        self.axes.plot(*line.T, color=color, lw=1.4, zorder=1, **style)
        head = np.array([(x, y), neck + aside, neck - aside])
        self.axes.add_patch(Polygon(head, color=color, lw=0))

    def _rectangle(self, corner: Point, w: float, h: float, **look: Any) -> None:
        self.axes.add_patch(Rectangle(corner, w, h, zorder=2, **look))

    def _rounded(self, corner: Point, w: float, h: float, radius: float, **look: Any) -> None:
        shape = f"round,pad=0,rounding_size={radius}"
        self.axes.add_patch(FancyBboxPatch(corner, w, h, boxstyle=shape, **look))
