"""Prose that cannot be rendered is shown as it was written, instead of no page at all."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

#: Longer prose is not rendered: some of it takes a time that grows with the square of its length.
LONGEST_RENDERED = 20_000
_PICTURE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=]*+")
_FENCED = re.compile(r"(`{4,})text\n(.*)\n\1", re.DOTALL)


def showable(text: str, pictures: dict[str, Any]) -> str:
    """The prose, or where it cannot be rendered the same in a block of its own.

    Parameters
    ----------
    text : str
        Markdown.
    pictures : dict
        The attachments of its cell.
    """
    if _FENCED.fullmatch(text) or renders(text, pictures):
        return text
    fence = fence_for(text)
    return f"{fence}text\n{text}\n{fence}"


def renders(text: str, pictures: dict[str, Any]) -> bool:
    """Whether what makes feedback and the formgrader's page can show a text in reasonable time."""
    words = _PICTURE.sub("data:,", text)
    if len(words) > LONGEST_RENDERED:
        return False
    names = {name: {"image/png": ""} for name in pictures}  # the pictures themselves take time
    try:
        MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=names)).render(words)
    except Exception:  # of a renderer, over a stranger's text
        return False
    return True


def fence_for(text: str) -> str:
    """Backticks around which no text ends: more of them than it has in a row."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    return "`" * max(4, longest + 1)
