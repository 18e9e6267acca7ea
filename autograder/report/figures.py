"""Drawings as SVG, whose colours are the page's: readable in light and dark, and in print.

Every drawing says in words what it shows, and tells its kinds apart by shape and not by colour
alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, LEFT, RIGHT = 480, 24, 24
_INNER = WIDTH - LEFT - RIGHT
_RADIUS = 4
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Dot:
    """A value of one submission; `good` decides between circle and cross."""

    value: float
    who: str
    good: bool = True


def histogram(values: Sequence[float], most: float, what: str, bins: int = 10) -> Markup:
    """How many values lie in each tenth of 0 to `most`; the last bar includes `most`."""
    height, bottom, top = 160, 132, 22
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int(value / most * bins)))] += 1
    highest, width = max(counts, default=0) or 1, _INNER / bins
    parts = [_line(LEFT, bottom, WIDTH - RIGHT, bottom, "axis")]
    for number, count in enumerate(counts):
        x, size = LEFT + number * width, (bottom - top) * count / highest
        parts.append(
            f'<rect class="bar" x="{x + 2:.1f}" y="{bottom - size:.1f}" width="{width - 4:.1f}" '
            f'height="{size:.1f}"/>'
        )
        if count:
            parts.append(_text(x + width / 2, bottom - size - 5, str(count), "middle"))
    for number in range(bins + 1):
        parts.append(_text(LEFT + number * width, bottom + 18, f"{most / bins * number:g}",
                           "middle"))  # fmt: skip
    return _svg(parts, height, f"Histogram of {what}: {len(values)} values from 0 to {most:g}.")


def strip(dots: Sequence[Dot], bar: float | None, what: str, form: str = "{:g}") -> Markup:
    """Every value as a dot on a line, those that are close stacked; and the bar, if there is one.

    Parameters
    ----------
    dots : sequence of Dot
        At least one.
    form : str
        How the axis writes numbers.
    """
    values = [dot.value for dot in dots] + ([bar] if bar is not None else [])
    ticks = _ticks(min(values), max(values))
    low, high = ticks[0], ticks[-1]
    placed = _stack([LEFT + _INNER * (dot.value - low) / (high - low) for dot in dots])
    top = 22 if bar is not None else 6
    bottom = top + (2 * _RADIUS + 1) * (max(level for _, level in placed) + 1) + 8
    parts = [_line(LEFT, bottom, WIDTH - RIGHT, bottom, "axis")]
    for tick in ticks:
        x = LEFT + _INNER * (tick - low) / (high - low)
        parts.append(_line(x, bottom, x, bottom + 5, "axis"))
        parts.append(_text(x, bottom + 19, form.format(tick), "middle"))
    if bar is not None:
        x = LEFT + _INNER * (bar - low) / (high - low)
        anchor = "start" if x < WIDTH / 2 else "end"
        shift = 5 if anchor == "start" else -5
        parts.append(_line(x, 4, x, bottom, "needed"))
        parts.append(_text(x + shift, 14, f"bar {form.format(bar)}", anchor))
    for dot, (x, level) in zip(dots, placed, strict=True):
        y = bottom - 8 - (2 * _RADIUS + 1) * level
        parts.append(_mark(x, y, dot, form))
    return _svg(parts, bottom + 26, f"{what}: {len(dots)} values.")


def _mark(x: float, y: float, dot: Dot, form: str) -> str:
    title = f"<title>{escape(dot.who)}: {escape(form.format(dot.value))}</title>"
    if dot.good:
        return f'<circle class="good" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}">{title}</circle>'
    r = _RADIUS - 0.5
    path = f"M{x - r:.1f},{y - r:.1f}l{2 * r},{2 * r}m0,{-2 * r}l{-2 * r},{2 * r}"
    return f'<path class="bad" d="{path}">{title}</path>'


def _stack(places: Sequence[float]) -> list[tuple[float, int]]:
    """Each place with a level so high that no two dots of a level touch."""
    levels: dict[int, float] = {}
    found: dict[int, int] = {}
    for number in sorted(range(len(places)), key=lambda each: places[each]):
        level = 0
        while level in levels and places[number] - levels[level] < 2 * _RADIUS + 1:
            level += 1
        levels[level] = places[number]
        found[number] = level
    return [(place, found[number]) for number, place in enumerate(places)]


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers from below `low` to above `high`."""
    span = (high - low) or abs(high) or 1.0
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in _STEPS if power * each >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(parts: Iterable[str], height: float, words: str) -> Markup:
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(words)}">'
        + "".join(parts)
        + "</svg>"
    )
