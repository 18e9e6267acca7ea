"""The JSON in a file that a stranger handed in: read within limits, or refused in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from autograder import limits
from autograder.errors import AutograderError

#: What Windows in Korea calls "ANSI"; some editors still save in it.
_KOREAN_WINDOWS = "cp949"
#: A text, a bracket or a comma. Possessive: a text without an end is gone through once.
_PART = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
#: Half of a pair of UTF-16, as JSON writes it.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
#: Around JSON: byte-order marks, empty lines, and the zeros of a file that was not written whole.
_AROUND = "\ufeff \t\r\n\0"
_MERGE = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
#: In a row, so many values at most are looked through for the notebook.
_GLUED = 5


class UnreadableNotebookError(AutograderError):
    """A submitted file is not a notebook: nothing in it can be graded."""


def decode(content: bytes, name: str) -> tuple[str, str]:
    """The text of a file that should hold JSON, and the encoding that it turned out to be in.

    Parameters
    ----------
    content : bytes
    name : str
        How the file is called, for the error.

    Raises
    ------
    UnreadableNotebookError
        It is text in none of the encodings that editors save JSON in.
    """
    likely = json.detect_encoding(content)
    try:
        return content.decode(likely), likely
    except UnicodeDecodeError as error:
        if likely == "utf-8":
            try:
                return content.decode(_KOREAN_WINDOWS), _KOREAN_WINDOWS
            except UnicodeDecodeError:
                pass
        raise UnreadableNotebookError(f"{name} is not {likely.upper()} text ({error})") from None


def parse(text: str, name: str) -> tuple[Any, bool]:
    """What the JSON says, and whether there was more behind its end.

    Of several values in a row the first that may be a notebook counts: an editor that saves a
    shorter notebook over a longer one can leave the rest of it.

    Raises
    ------
    UnreadableNotebookError
        It is not JSON, or too deep or too much of it.
    """
    text = text.strip(_AROUND)
    if reason := _too_much(text):
        raise UnreadableNotebookError(f"{name}: {reason}")
    values = _values(text)
    try:
        first, end = next(values)
    except (ValueError, RecursionError, MemoryError) as error:  # also of numbers with 5,000 digits
        hint = "it has the marks of a merge conflict; " if _MERGE.search(text) else ""
        raise UnreadableNotebookError(f"{name} is not JSON ({hint}{in_a_line(error)})") from None
    found = first if _may_be_notebook(first) else _next_notebook(values, first)
    if _HALF.search(text):
        found = without_half_characters(found)
    return found, bool(text[end:].strip(_AROUND))


def _too_much(text: str) -> str:
    """Why the text is not parsed; empty if it is: it has few enough parts, and they are flat."""
    depth = 0
    for number, found in enumerate(_PART.finditer(text), 1):
        sign = found[0][0]
        if number > limits.PARTS:
            return f"it has more than {limits.PARTS} texts, brackets and commas"
        depth += (sign in "[{") - (sign in "]}")
        if depth > limits.NESTING:
            return f"its brackets are nested deeper than {limits.NESTING}"
    return ""


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """The values in a row, each with where it ends."""
    decoder, end = json.JSONDecoder(), 0
    for _ in range(_GLUED):
        value, end = decoder.raw_decode(text, end)
        yield value, end
        end += len(text[end:]) - len(text[end:].lstrip(_AROUND))


def _next_notebook(values: Iterator[tuple[Any, int]], first: Any) -> Any:
    try:
        return next((value for value, _ in values if _may_be_notebook(value)), first)
    except (ValueError, RecursionError, MemoryError):
        return first


def _may_be_notebook(value: Any) -> bool:
    return isinstance(value, dict) and ("cells" in value or "worksheets" in value)


def without_half_characters(value: Any) -> Any:
    """JSON can hold half an emoji, which no file can be written with: a sign takes its place."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [without_half_characters(each) for each in value]
        case dict():
            return {
                without_half_characters(key): without_half_characters(each)
                for key, each in value.items()
            }
    return value


def in_a_line(error: BaseException) -> str:
    """What an error says, in a short line; a stranger's file is quoted in some."""
    text = " ".join(f"{error or type(error).__name__}".split())[:200]
    return text.encode("utf-8", "replace").decode()
