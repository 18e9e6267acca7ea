"""Colours, line styles and sizes that all figures share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, TypeVar

import matplotlib.pyplot as plt

from labkit.errors import ConfigurationError

# Okabe and Ito's colours, which the colour-blind can tell apart. Their yellow is left out: it
# cannot be seen as a thin line on white.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY = "#CC79A7", "#56B4E9"
INK, GREY, PALE = "#222222", "#666666", "#D9D9D9"

_RC = {
    "figure.facecolor": "white",  # also where a notebook is dark
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.08,  # inches; white around it shows where it is dark
    "figure.constrained_layout.w_pad": 0.08,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is there everywhere
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": PALE,
    "grid.linewidth": 0.7,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "hatch.color": "white",
    "hatch.linewidth": 1.2,
}


Item = TypeVar("Item")


class Series(NamedTuple):
    """How one model looks in every figure: colour, line, marker, and hatch of its bars."""

    color: str
    linestyle: str | tuple[float, tuple[float, ...]]
    marker: str
    hatch: str


_KNOWN = {
    "teacher": Series(BLUE, (0, (9, 1.5)), "o", ""),
    "CE": Series(GREY, "--", "s", "//"),
    "soft targets": Series(VERMILION, "-", "^", "\\\\"),
    "cosine": Series(GREEN, "-.", "D", "xx"),
    "regressor": Series(PURPLE, ":", "v", ".."),
}
_OTHERS = [
    Series(color, line, marker, hatch)
    for line, marker, hatch in (
        ((0, (6, 1, 1, 1, 1, 1)), "P", "||"),
        ((0, (3, 2)), "X", "--"),
        ((0, (8, 2)), "<", "++"),
        ((0, (1, 1, 3, 1)), ">", "oo"),
    )
    for color in (ORANGE, SKY, GREEN, VERMILION, BLUE, PURPLE)
]


_UNNAMED = [
    Series(BLUE, "-", "o", ""),
    Series(VERMILION, "--", "s", "//"),
    Series(GREEN, "-.", "^", ".."),
    Series(PURPLE, ":", "D", "xx"),
    *_OTHERS,
]


def lab_style() -> AbstractContextManager[None]:
    """Everything drawn in this context looks like the labs' figures, whatever was set before."""
    return plt.style.context(["default", _RC])


def series_styles(names: Sequence[str]) -> list[Series]:
    """A look for each name, no two alike; the lecture's methods look the same in every figure."""
    _not_too_many(len(names))
    styles: list[Series] = []
    for name in names:
        known = [style for key, style in _KNOWN.items() if key in name]
        styles.append(next(style for style in [*known, *_OTHERS] if style not in styles))
    return styles


def unnamed_styles(count: int) -> list[Series]:
    """Looks for things that are no models, such as the weights of a sweep; no two alike."""
    _not_too_many(count)
    return _UNNAMED[:count]


def _not_too_many(count: int) -> None:
    if count > len(_OTHERS):
        raise ConfigurationError(
            f"{count} series are too many for one figure. Draw at most {len(_OTHERS)}."
        )


def label(text: object, fallback: str, longest: int = 24) -> str:
    """Text that can stand in a figure.

    Parameters
    ----------
    text : object
        A name from outside, such as that of a class or of a model.
    fallback : str
        Stands for names with letters that matplotlib's own font may lack, such as Korean.
    longest : int, default 24
        More characters than this are cut off.
    """
    text = str(text)
    if not (text.isascii() and text.isprintable() and text.strip()):
        return fallback
    short = text if len(text) <= longest else text[: longest - 3] + "..."
    return short.replace("$", r"\$")  # else it would be read as a formula


def not_empty(what: str, items: Iterable[Item]) -> list[Item]:
    """The items as a list, or an error if there are none."""
    items = list(items)
    if not items:
        raise ConfigurationError(
            f"{what} is empty, so there is nothing to draw. Give at least one."
        )
    return items
