"""An answer as a block in a notebook: what its text says, harmless, readable in any colour."""

import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import kdlab
from autograder.rendering.allowed import clean
from labkit.judge.messages import Text
from labkit.progress import Row, progress_page
from labkit.public import public_sheets
from labkit.selfcheck import try_out
from labkit.show import page, screen
from labkit.show.account import NextHint, account_of, telling_place
from labkit.show.page import COLOURS, NEUTRAL, page_of
from labkit.show.plain import text_of

HANGUL = re.compile("[가-힣]")


pytestmark = pytest.mark.usefixtures("fresh")


def account(subject, exercise="4-1", hint=None):
    sheet = public_sheets("kdlab")[exercise]
    tried = try_out(sheet, {sheet.name: subject} if subject else {})
    return account_of(sheet, tried.report, tried.seen, hint, f'kdlab.example("{exercise}")')


def mse(x, y):
    return ((x - y) ** 2).mean()


class Seen(HTMLParser):
    """What a browser would make of a page: tags, attributes, and the text outside of folds."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.open, self.text, self.all = set(), set(), [], "", ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.all += data
        folds = self.open.count("details")
        if folds == 0 or (folds == 1 and "summary" in self.open):
            self.text += data


TAGS = {
    *("div", "b", "small", "span", "code", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


def test_a_wrong_answer_shows_cause_comparison_marks_and_hint_and_folds_the_rest(monkeypatch):
    monkeypatch.setenv("LABKIT_LANGUAGE", "en")
    hint = NextHint('kdlab.hint("4-1")', 1, 3, Text("뒤에서부터", "Read it backwards."))
    shown = Seen(page_of(account(lambda x, y: 2 * mse(x, y) / 4, hint=hint)))
    assert "✗ 4-1 Not correct yet." in shown.text
    assert "Likely cause: It is multiplied by 1/2" in shown.text
    assert "expected" in shown.text and "what came" in shown.text
    assert "What came is 0.5 times what was expected." in shown.text
    assert "0 of 6 checks passed" in shown.text
    assert '🔍 kdlab.example("4-1")' in shown.text
    assert 'Next hint, 1 of 3 · kdlab.hint("4-1")' in shown.text
    assert "Read it backwards." not in shown.text and "Read it backwards." in shown.all
    assert "Tensors of one to four dimensions" not in shown.text
    assert "Tensors of one to four dimensions" in shown.all


def test_the_case_with_the_fewest_numbers_is_shown_side_by_side():
    sheet = public_sheets("kdlab")["2-2"]
    seen = try_out(sheet, {sheet.name: lambda z, v, T: (z * v).sum() * T}).seen
    trial, entry = telling_place(sheet, seen)
    assert entry == "value"
    assert sheet.trials[trial].case.arguments["student_logits"].shape == (1, 3)
    shown = account(lambda z, v, T: (z * v).sum() * T, "2-2").compared
    assert float(shown.expected) == pytest.approx(1.37359, rel=1e-3)
    assert shown.expected != shown.got


def test_nearly_equal_numbers_are_shown_with_the_digits_that_tell_them_apart():
    shown = account(lambda x, y: mse(x, y) * 1.001).compared
    assert shown.expected != shown.got


def test_a_wrong_shape_is_shown_as_shapes():
    shown = account(lambda x, y: (x - y) ** 2).compared
    assert (shown.expected, shown.got[0]) == ("[]", "[")


@pytest.mark.parametrize("subject", [None, mse, lambda x, y: None, lambda x, y: x.no_such])
def test_what_the_page_says_the_text_says_too(monkeypatch, subject):
    monkeypatch.setenv("LABKIT_LANGUAGE", "ko")
    told = account(subject)
    words = set(re.findall(r"[가-힣]{3,}", Seen(page_of(told)).all))
    only_there = {"점검", "통과"}
    assert words - only_there <= set(re.findall(r"[가-힣]{3,}", text_of(told)))


@pytest.mark.parametrize("exercise", public_sheets("kdlab"))
def test_a_missing_return_is_said_once(monkeypatch, exercise):
    monkeypatch.setenv("LABKIT_LANGUAGE", "en")
    told = account(lambda *args, **kwargs: None, exercise)
    if told.cause[0].en.startswith("The instance"):  # a class made by a function
        return
    for form in (text_of(told), Seen(page_of(told)).all):
        assert form.count("Is a return missing?") == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (AssertionError, "Torch not compiled with CUDA enabled"),
        (RuntimeError, "Found no NVIDIA driver on your system. Please check that"),
        (RuntimeError, "No CUDA GPUs are available"),
    ],
)
def test_code_for_a_gpu_is_told_what_to_write_instead_and_that_it_costs_nothing(
    monkeypatch, kind, said
):
    def cuda(self):
        raise kind(said)

    monkeypatch.setattr(torch.Tensor, "cuda", cuda)
    out = text_of(account(lambda x, y: mse(x.cuda(), y.cuda())))
    assert out.count("There is no GPU here.") == out.count(".to(inputs.device).") == 1
    assert out.count("runs on the CPU: this costs no points.") == 1
    assert said not in out


@pytest.mark.parametrize(("chosen", "first", "folds"), [("ko", 1, 0), ("en", 0, 0), ("both", 1, 1)])
def test_one_language_at_a_time(monkeypatch, chosen, first, folds):
    monkeypatch.setenv("LABKIT_LANGUAGE", chosen)
    html = page_of(account(None))
    assert bool(HANGUL.search(Seen(html).text)) is bool(first)
    assert html.count("<summary>English</summary>") == folds
    assert html.count('lang="ko"') == first and html.count('lang="en"') == int(chosen != "ko")


@settings(max_examples=25)
@given(st.text(alphabet=st.sampled_from("<>&\"'/= abscript!-[]{}%\\\n가é\u202e"), max_size=40))
def test_nothing_that_a_student_wrote_becomes_markup(words):
    def raises(x, y):
        raise ValueError(f"<script>alert(1)</script>{words}")

    named = type(f"<img src=x onerror=y>{words}".replace("\0", ""), (Exception,), {})

    def raises_named(x, y):
        raise named(words)

    for subject in (raises, raises_named, lambda x, y: named()):
        shown = Seen(page_of(account(subject)))
        assert shown.tags <= TAGS
        assert shown.attributes <= {"style", "lang", "title", "scope"}
    row = Row(words, words, "attempted", 1.0, 2.0)
    assert Seen(progress_page([row])).tags <= TAGS


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#f5f5f5", "#111111", "#1e1e1e"])
@pytest.mark.parametrize("colour", [*COLOURS.values(), NEUTRAL])
def test_marks_and_edges_are_seen_on_light_and_on_dark_pages(colour, background):
    assert contrast(colour, background) >= 3


def test_text_takes_the_colour_of_the_page():
    colours = re.findall(r"(?<!-)color:([^;\"]+)", page_of(account(lambda x, y: x)))
    assert set(colours) <= {"inherit", *COLOURS.values(), NEUTRAL}


def test_in_a_notebook_one_output_holds_page_and_text(monkeypatch, capsys):
    displayed = []
    monkeypatch.setattr(screen, "_in_a_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, raw: displayed.append((data, raw)))
    kdlab.check("4-1", namespace={"mse": mse})
    ((data, raw),) = displayed
    assert raw and data.keys() == {"text/plain", "text/html"}
    assert data["text/plain"].startswith("✓ 4-1 정답입니다.")
    assert Seen(data["text/html"]).text.startswith("✓ 4-1 정답입니다.")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_without_a_kernel_the_text_is_printed(monkeypatch, capsys, shell):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    kdlab.check("4-1", namespace={"mse": mse})
    assert capsys.readouterr().out.startswith("✓ 4-1")
    monkeypatch.delitem(sys.modules, "IPython")
    kdlab.progress(namespace={"mse": mse})
    assert "4-1" in capsys.readouterr().out


def test_a_block_reads_the_same_without_its_styles():
    html = page_of(account(lambda x, y: 2 * mse(x, y)))
    bare = re.sub(r' style="[^"]*"', "", html)
    assert Seen(bare).text == Seen(html).text
    assert Seen(clean(html)).text == Seen(html).text  # on a page of feedback
    assert page.block(lambda language: "x").count("<div") >= 2
