"""Cells as editors, converters and people with a text editor leave them, made into format 4.5.

Where a cell says in another way what it means, it is read as meant, and the oddity is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from autograder import limits

#: Types of cells, of all formats, by what they are in the present one.
_TYPES = {"code": "code", "markdown": "markdown", "raw": "raw"} | dict.fromkeys(
    ("heading", "html", "text", "rawcell"), "markdown"
)
#: Where the text stands; the later names are those of older formats.
_SOURCES = ("source", "input", "code")
#: A cell that has one of these and no type is code.
_OF_CODE = ("outputs", "execution_count", "prompt_number", "input")
#: A picture that is written into the text itself.
_PICTURE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=]*+")


class TooMuchError(ValueError):
    """More than the limits allow."""


def raw_cells(raw: dict[str, Any]) -> list[Any]:
    """The cells of a notebook of any format, as they stand.

    Raises
    ------
    ValueError
        There is no list of them, or there are too many.
    """
    cells = raw.get("cells")
    sheets = raw.get("worksheets")
    if not isinstance(cells, list) and isinstance(sheets, list):
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for each in lists if isinstance(each, list) for cell in each]
    if not isinstance(cells, list):
        raise ValueError("no list of cells")
    if len(cells) > limits.CELLS:
        raise TooMuchError(f"it has {len(cells)} cells; up to {limits.CELLS} are graded")
    return cells


def complete(found: Any, odd: set[str]) -> dict[str, Any] | None:
    """A cell with what format 4.5 asks of it, and nothing that it does not allow.

    Parameters
    ----------
    found : object
        Is not changed.
    odd : set of str
        Gets what was strange about it.

    Returns
    -------
    dict or None
        None if this is no cell at all.
    """
    if not isinstance(found, dict):
        return None
    source = _source(found, odd)
    kind = _type(found, odd)
    if source is None or kind is None:
        return None
    if found.get("cell_type") == "heading":
        source = f"{'#' * _level(found)} {source}"
    metadata = dict(found["metadata"]) if isinstance(found.get("metadata"), dict) else {}
    tags = metadata.get("tags")
    if tags is not None:
        names = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        metadata["tags"] = list(dict.fromkeys(names))
    cell = {name: value for name, value in found.items() if name not in _DROPPED} | {
        "cell_type": kind,
        "source": source.replace("\r\n", "\n").replace("\r", "\n"),
        "metadata": metadata,
        # Colab keeps a cell's id in its metadata.
        "id": found.get("id", metadata.get("id")),
    }
    if kind == "code":
        return cell | {"outputs": [], "execution_count": None}  # each step makes what it needs
    if isinstance(found.get("attachments"), dict):
        bundles = {name: _bundle(each) for name, each in found["attachments"].items()}
        cell["attachments"] = {name: each for name, each in bundles.items() if each}
    return cell


#: What is read apart, of another format, or made anew by every step that needs it.
_DROPPED = {*_SOURCES, *_OF_CODE, "attachments", "level", "language", "collapsed"}


def _type(found: dict[str, Any], odd: set[str]) -> str | None:
    said = found.get("cell_type")
    kind = _TYPES.get(said.strip().lower()) if isinstance(said, str) else None
    if kind is None and any(name in found for name in (*_OF_CODE, "source")):
        odd.add("cell_type")
        return "code" if any(name in found for name in _OF_CODE) else "markdown"
    return kind


def _level(found: dict[str, Any]) -> int:
    level = found.get("level")
    return min(max(level, 1), 6) if isinstance(level, int) else 1


def _source(found: dict[str, Any], odd: set[str]) -> str | None:
    """The text; None if what stands in its place is none."""
    for name in _SOURCES:
        if found.get(name):
            if name != "source":
                odd.add(name)
            return _text(found[name], odd)
    return ""


def _text(value: Any, odd: set[str]) -> str | None:
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return None
    lines = [line for line in value if isinstance(line, str)]
    if len(lines) < len(value):
        odd.add("null" if None in value else "source")
        if not lines and any(each is not None for each in value):
            return None
    if _have_lost_their_ends(lines):
        odd.add("line ends")
        return "\n".join(lines)
    return "".join(lines)


def _have_lost_their_ends(lines: list[str]) -> bool:
    """Whether these are lines, of which none ends as the format wants it."""
    # A list of single signs is a text that somebody took apart by sign, line ends and all.
    is_signs = all(len(line) == 1 for line in lines)
    return len(lines) > 1 and not is_signs and not any(set(line) & {"\n", "\r"} for line in lines)


def _bundle(found: Any) -> dict[str, str]:
    """Texts by type, as an attachment has them."""
    texts = found.items() if isinstance(found, dict) else ()
    joined = {kind: _text(data, set()) for kind, data in texts if isinstance(data, str | list)}
    return {kind: text for kind, text in joined.items() if text}


def refuse_too_much(cells: Iterable[dict[str, Any]]) -> None:
    """Raise `TooMuchError` where a cell, or all code, has more text than anyone writes."""
    code = 0
    for number, cell in enumerate(cells, 1):
        text = cell["source"]
        if cell["cell_type"] == "code":
            code += len(text)
            longest = max(map(len, text.split("\n")))
            _refuse(number, "characters of code", len(text), limits.CODE)
            _refuse(number, "characters in a line of code", longest, limits.LINE)
        else:
            _refuse(number, "characters", len(text), limits.PROSE)
            if len(text) > limits.WORDS:
                words = len(_PICTURE.sub("", text))
                _refuse(number, "characters beside its pictures", words, limits.WORDS)
    if code > limits.ALL_CODE:
        raise TooMuchError(f"its code has {code} characters; up to {limits.ALL_CODE} are graded")


def _refuse(number: int, what: str, there: int, most: int) -> None:
    if there > most:
        raise TooMuchError(f"cell {number} has {there} {what}; up to {most} are graded")
