"""Outputs of strangers' code: what can be shown of them, and nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.rendering.allowed import as_data, clean, is_base64
from autograder.rendering.markdown import as_typed, render
from labkit.judge.messages import Text

_LEFT_OUT = Text(
    "[브라우저에서 실행되는 출력({kind})은 표시하지 않습니다.]",
    "[An output that would run in a browser ({kind}) is left out.]",
)
#: By type: how the note calls it.
_RUNS = {
    "application/javascript": "JavaScript",
    "text/javascript": "JavaScript",
    "application/vnd.jupyter.widget-view+json": "widget",
    "text/vnd.mermaid": "Mermaid",
    "application/pdf": "PDF",
}
_PICTURES = ("image/png", "image/jpeg")
#: Of TeX: what makes links, styles and names in a page rather than a formula.
_NO_FORMULA = re.compile(r"\\(href|url|style|class|cssId|data|require|unicode|html\w*)\b|<")
_LARGEST_SIZE = 10_000  # pixels
_LONGEST_PROSE = 2_000  # characters; longer Markdown of a program is shown as it is


def harmless(output: Mapping[str, Any]) -> NotebookNode:
    """An output that shows what `output` shows, in any program that opens notebooks.

    HTML and Markdown are cleaned, an SVG becomes a picture, what would run is replaced by a note;
    text, formulas and pictures stay, with their sizes and alternative texts.

    Parameters
    ----------
    output : mapping
        As in a notebook; nothing about it is taken for granted.
    """
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _node("stream", name=name, text=_text(output.get("text")) or "")
    if kind == "error":
        lines = output.get("traceback")
        return _node(
            "error",
            ename=_text(output.get("ename")) or "",
            evalue=_text(output.get("evalue")) or "",
            traceback=[str(line) for line in lines] if isinstance(lines, list) else [],
        )
    about = output.get("metadata")
    data, shown = _data(_mapping(output.get("data")), _mapping(about))
    if kind == "execute_result":
        number = count(output.get("execution_count"))
        return _node("execute_result", data=data, metadata=shown, execution_count=number)
    return _node("display_data", data=data, metadata=shown)


def _node(kind: str, **parts: Any) -> NotebookNode:
    found: NotebookNode = from_dict({"output_type": kind, **parts})
    return found


def count(found: Any) -> int | None:
    """An execution count; pages show it as it is, and nbformat writes also what is none."""
    is_number = isinstance(found, int) and not isinstance(found, bool)
    return found if is_number and found >= 0 else None


def _data(
    found: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The types that can be shown, and what is to be known of the pictures among them."""
    data: dict[str, str] = {}
    shown: dict[str, Any] = {}
    page = _page(found, _mapping(about.get("image/svg+xml")).get("alt"))
    if page:
        data["text/html"] = page
    tex = _text(found.get("text/latex"))
    if tex and not _NO_FORMULA.search(tex):
        data["text/latex"] = tex
    for mime in _PICTURES:
        content = _text(found.get(mime))
        if content and is_base64(content):
            data[mime] = "".join(content.split())
            shown[mime] = _about_picture(_mapping(about.get(mime)))
    text = _text(found.get("text/plain"))
    notes = [_note(kind) for mime, kind in _RUNS.items() if mime in found]
    if "text/html" in found and not page:
        notes.append(_note("HTML"))
    if notes and not page:
        text = "\n".join(part for part in (text, *dict.fromkeys(notes)) if part)
    if text:
        data["text/plain"] = text
    return data, {mime: each for mime, each in shown.items() if each}


def _page(found: Mapping[str, Any], alt: Any) -> str:
    """The output as HTML, if that is what it is shown as; empty if nothing is left of it."""
    html, prose = _text(found.get("text/html")), _text(found.get("text/markdown"))
    drawing = _text(found.get("image/svg+xml"))
    if html is not None:
        page = clean(html)
    elif prose is not None:
        page = render(prose) if len(prose) <= _LONGEST_PROSE else as_typed(prose)
    elif drawing:
        words = escape(alt) if isinstance(alt, str) else ""
        page = clean(f'<img src="{_as_picture(drawing)}" alt="{words}">')
    else:
        return ""
    return page if _shows(page) else ""


def _shows(page: str) -> bool:
    """Whether there is a word or a picture on it."""
    return bool("<img src=" in page or "<img alt=" in page or re.sub(r"<[^>]*>|\s", "", page))


def _as_picture(drawing: str) -> str:
    import base64

    content = base64.b64encode(drawing.encode("utf-8", "replace")).decode("ascii")
    return as_data("image/svg+xml", content)


def _about_picture(found: Mapping[str, Any]) -> dict[str, Any]:
    """Size and alternative text; nbconvert writes a size into the page as it is."""
    about: dict[str, Any] = {
        name: min(int(found[name]), _LARGEST_SIZE)
        for name in ("width", "height")
        if isinstance(found.get(name), int | float) and 0 < found[name] < float("inf")
    }
    if isinstance(found.get("alt"), str):
        about["alt"] = found["alt"]
    return about


def _note(kind: str) -> str:
    return "\n".join(text.format(kind=kind) for text in _LEFT_OUT)


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: Any) -> str | None:
    """A text of a notebook, which may be cut into lines; None if it is something else."""
    if isinstance(found, list) and all(isinstance(line, str) for line in found):
        return "".join(found)
    return found if isinstance(found, str) else None
