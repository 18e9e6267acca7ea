"""An answer as a block of HTML for a notebook.

It runs nothing, and all that a student wrote or computed is escaped. Text has the colour of what
is around it, and whatever else has a colour is seen on a light page as on a dark one; without its
styles, as in a notebook that is not trusted, it reads the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from labkit.errors import UnknownNameError
from labkit.judge import messages
from labkit.judge.messages import Text
from labkit.language import get_language
from labkit.show.account import CORRECT, WRONG, Account, Compared, Told

#: Between light and dark: 3 to 1 at least with white and with black pages.
COLOURS = {CORRECT: "#2e9d4d", WRONG: "#e0483e"}
NEUTRAL = "#8a8a8a"
_GREY = "rgba(128,128,128,.35)"
_CELL = f"text-align:left;vertical-align:top;padding:.25em .8em;border:1px solid {_GREY}"
_CODE = "white-space:pre-wrap;overflow-wrap:anywhere;color:inherit;background:transparent"


def page_of(account: Account) -> str:
    """The answer of a self-check as HTML."""
    return block(lambda language: "".join(_parts(account, language)), account.mark)


def block(content: Callable[[str], str], mark: str = "") -> str:
    """A block with an edge in the colour of a mark, in the chosen language.

    Where both are chosen the other one is folded below.
    """
    languages = _languages()
    first, *others = (_in(language, content(language)) for language in languages)
    for language, other in zip(languages[1:], others, strict=True):
        first += folded({"en": "English", "ko": "한국어"}[language], other)
    edge = COLOURS.get(mark, NEUTRAL)
    style = f"border-left:4px solid {edge};padding:.1em 0 .1em .9em;margin:.3em 0"
    return f'<div style="{style};line-height:1.5;color:inherit">{first}</div>'


def said(text: Text, language: str) -> str:
    """A message in one language, escaped."""
    return escape(plainly(text, language))


def plainly(text: Text, language: str) -> str:
    """A message in one language, as it is."""
    return text.en if language == "en" else text.ko


def folded(summary: str, content: str) -> str:
    """Content that is shown by a click on its summary; both are HTML."""
    style = "margin:.3em 0"
    return f'<details style="{style}"><summary>{summary}</summary>{content}</details>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML."""
    marked = "".join(f'<th scope="col" style="{_CELL}">{cell}</th>' for cell in head)
    lines = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    style = "border-collapse:collapse;margin:.4em 0;color:inherit;background:transparent"
    return f'<table style="{style}"><thead><tr>{marked}</tr></thead><tbody>{lines}</tbody></table>'


def coloured(mark: str, title: str = "") -> str:
    """A mark in its colour; `title`, which is plain text, is shown where the pointer rests."""
    named = f' title="{escape(title)}"' if title else ""
    colour = COLOURS.get(mark, NEUTRAL)
    return f'<span style="color:{colour};font-weight:bold"{named}>{mark}</span>'


def code(text: str) -> str:
    """Plain text as code that is wrapped where it is too long."""
    return f'<code style="{_CODE}">{escape(text)}</code>'


def line(content: str) -> str:
    """A line of HTML."""
    return f'<div style="margin:.25em 0">{content}</div>'


def _languages() -> tuple[str, ...]:
    try:
        chosen = get_language()
    except UnknownNameError:  # a check must not fail for a setting
        chosen = "both"
    return ("ko", "en") if chosen == "both" else (chosen,)


def _in(language: str, content: str) -> str:
    return f'<div lang="{language}">{content}</div>'


def _parts(account: Account, language: str) -> Iterator[str]:
    head = f"{coloured(account.mark)} <b>{escape(account.exercise)}</b>"
    yield line(f"{head} {said(account.verdict, language)}")
    likely = f"{said(messages.LIKELY, language)} " if account.is_likely else ""
    for text in account.cause:
        yield line(f"{likely}<b>{said(text, language)}</b>")
    if account.compared:
        yield from _side_by_side(account.compared, language)
    if account.checks:
        yield _checks(account.checks, language)
    for note in account.notes:
        yield line(f"· {said(note, language)}")
    if hint := account.hint:
        summary = said(messages.NEXT_HINT.fill(number=hint.number, of=hint.of), language)
        told = line(said(hint.text, language))
        yield folded(f"💡 {summary} · {code(hint.call)}", told)


def _side_by_side(compared: Compared, language: str) -> Iterator[str]:
    head = ["", said(messages.EXPECTED, language), said(messages.GOT, language)]
    row = [said(compared.what, language), code(compared.expected), code(compared.got)]
    yield table(head, [row])
    call = f" · 🔍 {code(compared.call)}" if compared.call else ""
    yield line(f"<small>{said(compared.inputs, language)}{call}</small>")
    if compared.remark:
        yield line(said(compared.remark, language))


def _checks(checks: Sequence[Told], language: str) -> str:
    """One line of marks; what each is called, and what it says, is folded below."""
    passed = sum(check.mark == CORRECT for check in checks)
    counted = messages.PASSED.fill(passed=passed, of=len(checks))
    marks = " ".join(coloured(check.mark, plainly(check.title, language)) for check in checks)
    rows = []
    for check in checks:
        words = "".join(line(f"<small>{said(text, language)}</small>") for text in check.said)
        rows.append(line(f"{coloured(check.mark)} {said(check.title, language)}{words}"))
    return folded(f"{marks} <small>{said(counted, language)}</small>", "".join(rows))
