"""The bar of a training: within 80 columns, and nothing of it stays."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdlab.bar import COLUMNS, Bar
from kdlab.history import History


def shown(text):
    """The lines of a terminal after a text, and the widest that it ever was."""
    lines, column, widest = [""], 0, 0
    for each in text:
        if each == "\n":
            lines.append("")
            column = 0
        elif each == "\r":
            column = 0
        else:
            lines[-1] = lines[-1][:column].ljust(column) + each + lines[-1][column + 1 :]
            column += 1
            widest = max(widest, len(lines[-1].rstrip()))
    return lines, widest


def run(title, besides="", epochs=3, steps=4):
    history = History(title)
    with Bar(title, epochs * steps) as bar:
        for epoch in range(epochs):
            for _ in range(steps):
                bar.step()
                bar.bar.refresh()
            history.add(1.0 + epoch, 0.5, 100.0)
            bar.tell(history, besides)
            bar.bar.refresh()


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr("kdlab.bar.DELAY", 0)


@pytest.mark.parametrize("title", ["", "student, CE", "T=16, weight=0.9 and what has no end"])
def test_it_fits_and_leaves_nothing_behind(title, at_once, capfd):
    run(title, besides="notebook 100 min")
    out, err = capfd.readouterr()
    lines, widest = shown(out)
    assert "100%" in out and "| loss 3.000, val 50.0%, notebook 100 min" in out
    assert 40 < widest <= COLUMNS
    assert [line.strip() for line in lines] == [""] and err == ""


@given(title=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100))
def test_no_title_is_too_long(title):
    import contextlib
    import io

    text = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(text):
        patch.setattr("kdlab.bar.DELAY", 0)
        run(title, "notebook 100 min", epochs=1)
    assert shown(text.getvalue())[1] <= COLUMNS


def test_of_a_first_step_that_raises_nothing_is_drawn(capfd):
    with pytest.raises(ValueError, match="stub"), Bar("student", 100):
        raise ValueError("stub")
    assert capfd.readouterr() == ("", "")


def test_it_can_be_off(at_once, capfd):
    with Bar("student", 3, shown=False) as bar:
        bar.step()
    assert capfd.readouterr() == ("", "")
    assert sys.stdout is not None
