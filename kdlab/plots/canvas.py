"""Boxes, feature maps, vectors and arrows, from which the diagrams are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from kdlab.plots.figure import new_figure
from kdlab.plots.style import BLUE, GREEN, GREY, INK, VERMILION

TEACHER, STUDENT, LOSS, DATA = BLUE, VERMILION, GREEN, GREY

Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """A thing in a diagram: its middle, width and height, in inches."""

    x: float
    y: float
    w: float
    h: float

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
        return self.x, self.y - self.h / 2


class Canvas:
    """A white page on which places are given in inches, from the lower left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = new_figure(width, height, layout="none")
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(0, height))
        self.axes.set_axis_off()

    def text(self, x: float, y: float, text: str, **options) -> None:
        """Text around a point."""
        settings = {"ha": "center", "va": "center", "fontsize": 9, "color": INK, "zorder": 5}
        self.axes.text(x, y, text, **{**settings, **options})

    def band(self, x: float, y: float, w: float, h: float, title: str, color: str) -> None:
        """Pale ground behind everything that belongs to one network; x, y: lower left corner."""
        frozen = color == TEACHER
        self.axes.add_patch(
            FancyBboxPatch(
                (x, y),
                w,
                h,
                boxstyle="round,pad=0,rounding_size=0.12",
                facecolor=(*_rgb(color), 0.08),
                edgecolor=(*_rgb(color), 0.8),
                linestyle="--" if frozen else "-",
                linewidth=1.2,
                zorder=0,
            )
        )
        self.text(
            x + 0.12, y + h - 0.16, title, ha="left", color=color, weight="bold", fontsize=9.5
        )

    def box(self, node: Node, title: str, detail: str = "", color: str = DATA) -> Node:
        """A layer, a loss, or data: a box with a name, and a second line in smaller letters."""
        self.axes.add_patch(
            FancyBboxPatch(
                (node.x - node.w / 2, node.y - node.h / 2),
                node.w,
                node.h,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor="white",
                edgecolor=color,
                linewidth=1.6,
                zorder=2,
            )
        )
        lift = 0.11 if detail else 0
        self.text(node.x, node.y + lift, title, weight="bold")
        if detail:
            self.text(node.x, node.y - 0.12, detail, fontsize=8.5)
        return node

    def feature_map(self, x: float, y: float, shape: str, color: str, sheets: int = 4) -> Node:
        """Channels as sheets, one behind the other, with their shape below."""
        side, step = 0.34, 0.055
        start = -(side + (sheets - 1) * step) / 2
        for sheet in reversed(range(sheets)):
            corner = (x + start + sheet * step, y + start + sheet * step + 0.09)
            self.axes.add_patch(
                Rectangle(corner, side, side, facecolor="white", edgecolor=color, lw=1.2, zorder=2)
            )
            self.axes.add_patch(
                Rectangle(
                    corner, side, side, facecolor=(*_rgb(color), 0.18), edgecolor="none", zorder=2
                )
            )
        self.text(x, y - 0.36, shape, fontsize=8.5)
        # Arrows meet the sheets; below, they leave room for the shape.
        return Node(x, y + 0.0, side + (sheets - 1) * step + 0.1, 0.92)

    def vector(self, x: float, y: float, length: str, color: str, cells: int = 8) -> Node:
        """A vector as a row of cells, with its length below."""
        side = 0.105
        for cell in range(cells):
            corner = (x + (cell - cells / 2) * side, y - side / 2 + 0.06)
            self.axes.add_patch(
                Rectangle(
                    corner,
                    side,
                    side * 1.6,
                    facecolor=(*_rgb(color), 0.35 if cell % 2 else 0.12),
                    edgecolor=color,
                    lw=0.8,
                    zorder=2,
                )
            )
        self.text(x, y - 0.2, length, fontsize=8.5)
        return Node(x, y, cells * side + 0.1, 0.66)

    def bars(self, x: float, y: float, heights: Sequence[float], text: str, color: str) -> Node:
        """A distribution as small bars, with its name below."""
        step = 0.13
        for place, height in enumerate(heights):
            corner = (x + (place - len(heights) / 2) * step + 0.015, y - 0.12)
            self.axes.add_patch(
                Rectangle(corner, step - 0.03, height * 0.46, facecolor=color, lw=0, zorder=2)
            )
        self.axes.plot(
            [x - len(heights) * step / 2, x + len(heights) * step / 2],
            [y - 0.12, y - 0.12],
            color=GREY,
            lw=0.8,
            zorder=2,
        )
        self.text(x, y - 0.26, text, fontsize=8.5)
        return Node(x, y, len(heights) * step + 0.15, 0.76)

    def arrow(self, *points: Point, color: str = INK, dashed: bool = False) -> None:
        """An arrow through the points; its head is at the last one."""
        self.axes.add_patch(
            FancyArrowPatch(
                path=Path(points),
                arrowstyle="-|>",
                mutation_scale=11,
                color=color,
                linewidth=1.4,
                linestyle=(0, (3, 2)) if dashed else "-",
                joinstyle="miter",
                capstyle="butt",
                shrinkA=0,
                shrinkB=0,
                zorder=1,
            )
        )


def _rgb(color: str) -> tuple[float, float, float]:
    return tuple(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
