"""Markdown of strangers as HTML, by nbconvert's own reader of it, cleaned afterwards.

The text itself cannot be cleaned: ``$a<b$`` is a formula, ``<script>`` between backticks a word.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.rendering.allowed import as_data, clean, is_address, is_base64, is_file, is_picture
from autograder.rendering.formulas import with_formulas

#: Where one of these stands in a text, its HTML may hold more than Markdown's own tags.
_SIGNS = ("<", "](", "]:", "mermaid")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
#: Signs that mean something inside of a block of HTML, to some reader of Markdown.
_ENTITIES = str.maketrans({"\n": "&#10;", "\r": "", "$": "&#36;", "\\": "&#92;", "`": "&#96;"})
#: A longer text is shown as it was typed: reading Markdown takes time that grows with its square.
LONGEST = 10_000  # characters; the longest of the labs' has 1,400


class _Renderer(IPythonRenderer):
    """nbconvert's, which notes whether anything but Markdown's own tags comes out of it."""

    def __init__(self, attachments: Any) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, attachments={})
        self.own = attachments if isinstance(attachments, Mapping) else {}
        self.harmless = True

    def block_html(self, html: str) -> str:
        self.harmless = False
        return str(super().block_html(html))

    def inline_html(self, html: str) -> str:
        self.harmless = False
        return str(super().inline_html(html))

    def block_mermaidjs(self, code: str) -> str:
        """As code: nbconvert puts it into the page as it is, for a script to draw."""
        self.harmless = False
        return f"<pre><code>{html.escape(code)}</code></pre>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        self.harmless = self.harmless and is_address(url)
        return str(super().link(text, url, title))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture; one that was pasted and is not there any more leaves its description."""
        if url.startswith("attachment:"):
            attached = self._attached(url.removeprefix("attachment:"))
            self.harmless = self.harmless and attached is not None
            if attached is None:
                return f"[{html.escape(text or url)}]"
            url = attached
        else:
            self.harmless = self.harmless and (is_picture(url) or is_file(url))
        return str(super().image(text, url, title))

    def _attached(self, name: str) -> str | None:
        found = self.own.get(name)
        for mime in _PICTURES:
            content = found.get(mime) if isinstance(found, Mapping) else None
            if isinstance(content, str) and is_base64(content):
                return as_data(mime, content)
        return None


def render(source: str, attachments: Any = None, beside: Path | None = None) -> str:
    """Markdown as clean HTML, its formulas as they were typed.

    Parameters
    ----------
    attachments : mapping, optional
        The pictures that were pasted into the cell, as the notebook holds them.
    beside : Path, optional
        The notebook's folder, for pictures that were handed in with it.
    """
    return _rendered(source, attachments, beside)[0]


def _rendered(source: str, attachments: Any, beside: Path | None) -> tuple[str, bool]:
    """Clean HTML, and whether the text is Markdown and nothing else."""
    renderer = _Renderer(attachments)
    if len(source) > LONGEST:
        return as_typed(source), False
    try:
        found = MarkdownWithMath(renderer=renderer).render(source)
    except (Exception, RecursionError):  # no text of a stranger stops a page
        return as_typed(source), False
    return clean(found, beside=beside), renderer.harmless


def as_typed(source: str) -> str:
    """A text as it was typed, as HTML."""
    return f"<pre>{html.escape(source, quote=False)}</pre>"


def one_block(page: str) -> str:
    """Clean HTML as a text that every reader of Markdown takes as it is: one block, in one line."""
    return f"<div>{page.translate(_ENTITIES)}</div>"


def without_html(source: str, attachments: Any, beside: Path | None) -> str | None:
    """A text that shows the same in any reader of Markdown, and cannot do anything in one.

    None where the text itself is like that.
    """
    if len(source) <= LONGEST and not any(sign in source for sign in _SIGNS):
        return None
    found, harmless = _rendered(source, attachments, beside)
    return None if harmless else one_block(found)


@jinja2.pass_context
def markdown2html(context: Any, source: Any) -> str:
    """nbconvert's filter of this name: what it renders is cleaned, and its formulas are MathML."""
    cell = context.get("cell", {})
    attachments = cell.get("attachments") if isinstance(cell, Mapping) else None
    path = context.get("resources", {}).get("metadata", {}).get("path")
    return with_formulas(render(str(source), attachments, Path(path) if path else None))


def unchanged(text: str) -> str:
    """In place of a filter of nbconvert that is not wanted."""
    return text
