"""Whether prose can be rendered; where it cannot it is shown as it was written."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_PICTURE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=]*+")
_AS_WRITTEN = re.compile(r"(`{4,})text\n(.*)\n\1", re.DOTALL)
#: For each of these the renderer looks through all that follows.
_BEGIN, _MOST_BEGINS = "\\begin{", 100


def without_pictures(text: str) -> str:
    """The text with nothing in the place of pictures that are written into it."""
    return _PICTURE.sub("data:,", text)


def renders(text: str, pictures: dict[str, Any]) -> bool:
    """Whether what makes feedback and the formgrader's page can show a text.

    Parameters
    ----------
    text : str
        Markdown.
    pictures : dict
        The attachments of its cell.
    """
    words = without_pictures(text)
    if words.count(_BEGIN) > _MOST_BEGINS:
        return False
    names = {name: {"image/png": ""} for name in pictures}  # the pictures themselves take time
    try:
        MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=names)).render(words)
    except Exception:  # of a renderer, over a stranger's text
        return False
    return True


def is_as_written(text: str) -> bool:
    """Whether this is a text from `as_written`, which is nothing but its own."""
    found = _AS_WRITTEN.fullmatch(text)
    return found is not None and found[1] not in found[2]


def as_written(text: str) -> str:
    """Markdown that shows this text, sign by sign."""
    if is_as_written(text):
        return text
    fence = fence_for(text)
    return f"{fence}text\n{text}\n{fence}"


def fence_for(text: str) -> str:
    """Backticks around which no text ends: more of them than it has in a row."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    return "`" * max(4, longest + 1)
