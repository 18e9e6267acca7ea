"""Text that others wrote, on its way to a terminal or into a log."""

from __future__ import annotations


def printable(text: str) -> str:
    """A line for a terminal or a log: whatever a stranger called a file, nothing in it acts there.

    Escape sequences write titles, colours and the clipboard; some signs turn the line around.
    """
    line = " ".join(text.splitlines())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
