"""The drawings hold every value, within their frame, and say in words what they show."""

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.figures import WIDTH, Dot, _ticks, histogram, strip

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)


def elements(drawing, tag):
    return ElementTree.fromstring(drawing).findall(tag)


@given(st.lists(st.floats(0, 25), max_size=60))
def test_every_value_is_in_one_bar(values):
    drawing = histogram(values, 25, "points")
    bars = elements(drawing, "rect")
    assert len(bars) == 10
    counts = [int(text.text) for text in elements(drawing, "text")[: -11 or None] if text.text]
    assert sum(counts) == len(values)
    assert all(float(bar.get("height")) >= 0 for bar in bars)


def test_the_ends_are_in_the_first_and_the_last_bar():
    heights = [float(bar.get("height")) for bar in elements(histogram([0, 25], 25, "x"), "rect")]
    assert [number for number, height in enumerate(heights) if height] == [0, 9]


names = st.text(st.characters(exclude_categories=["C"]), max_size=5)


@given(
    st.lists(st.builds(Dot, numbers, names, st.booleans()), min_size=1, max_size=40),
    st.none() | numbers,
)
def test_every_dot_is_drawn_once_and_inside(dots, bar):
    drawing = strip(dots, bar, "a measure")
    circles, crosses = elements(drawing, "circle"), elements(drawing, "path")
    assert len(circles) == sum(dot.good for dot in dots)
    assert len(crosses) == sum(not dot.good for dot in dots)
    height = float(re.search(r'viewBox="0 0 \d+ (\d+)"', drawing)[1])
    for circle in circles:
        assert 0 <= float(circle.get("cx")) <= WIDTH
        assert 0 <= float(circle.get("cy")) <= height


def test_no_two_dots_lie_on_each_other():
    circles = elements(strip([Dot(1.0, "a")] * 9 + [Dot(1.001, "b"), Dot(3, "c")], None, "x"),
                       "circle")  # fmt: skip
    places = [(float(each.get("cx")), float(each.get("cy"))) for each in circles]
    for number, one in enumerate(places):
        assert all(math.dist(one, other) >= 8 for other in places[:number])


def test_the_bar_is_drawn_and_named():
    drawing = strip([Dot(0.7, "a"), Dot(0.5, "b", good=False)], 0.66, "accuracy", "{:.0%}")
    (line,) = [each for each in elements(drawing, "line") if each.get("class") == "needed"]
    assert "bar 66%" in drawing
    good, bad = (elements(drawing, tag)[0] for tag in ("circle", "path"))
    assert float(good.get("cx")) > float(line.get("x1"))
    assert bad.find("title").text == "b: 50%"


def test_what_students_are_called_is_escaped():
    drawing = strip([Dot(1, "<script>")], None, "<b>")
    assert "<script>" not in drawing
    assert "&lt;script&gt;" in drawing
    assert 'aria-label="&lt;b&gt;' in drawing


@given(numbers, numbers)
def test_ticks_are_few_and_around_the_values(a, b):
    low, high = sorted((a, b))
    ticks = _ticks(low, high)
    slack = 1e-6 * max(1e-9, high - low, abs(high))
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack


@pytest.mark.parametrize("value", [0, 0.7, -3])
def test_a_single_value_has_an_axis(value):
    assert elements(strip([Dot(value, "a")], None, "x"), "circle")
