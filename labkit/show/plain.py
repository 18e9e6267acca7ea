"""An answer as lines of text: for terminals, screen readers, and whoever compares outputs."""

from __future__ import annotations

from collections.abc import Iterator

from labkit.judge import messages
from labkit.judge.messages import Text
from labkit.show.account import Account


def text_of(account: Account) -> str:
    """The answer of a self-check as text."""
    return "\n".join(_lines(account))


def _lines(account: Account) -> Iterator[str]:
    yield from marked(f"{account.mark} {account.exercise}", account.verdict)
    for cause in account.cause:
        yield from marked("  ", messages.LIKELY + cause if account.is_likely else cause)
    for check in account.checks:
        yield f"   {check.mark} " + " / ".join(check.title.lines())
        for said in check.said:
            yield from marked("      ", said)
    for note in account.notes:
        yield from marked("   ·", note)
    if account.compared and account.compared.call:
        yield f"   🔍 {account.compared.call}"
    if account.hint:
        yield f"   💡 {account.hint.call}"


def marked(mark: str, text: Text) -> list[str]:
    """A message with a mark in front, one line a language."""
    return [f"{mark} {line}" for line in text.lines()]
