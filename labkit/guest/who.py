"""Whose code asks: the student's, or a library's."""

from __future__ import annotations

import ast
import linecache
import os
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType

#: Where the notebook stands: its cells' helpers lie there, and below.
START = os.getcwd()


def is_students(frame: FrameType) -> bool:
    """Whether a frame runs a cell of the notebook, or a file that lies beside it."""
    if frame.f_globals.get("__name__") == "__main__":
        return True
    file = frame.f_globals.get("__file__")
    return isinstance(file, str) and file != "" and is_beside(file)


def is_beside(file: str) -> bool:
    """Whether a file or folder is the notebook's folder, or lies in it."""
    place = os.path.join(os.path.abspath(file), "")
    return place.startswith(os.path.join(START, "")) and "site-packages" not in place


def students_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The student's frames among a frame and those that called it, innermost first."""
    while frame is not None:
        if is_students(frame):
            yield frame
        frame = frame.f_back


def expects_import_error(frame: FrameType) -> bool:
    """Whether the line that a frame is at stands in a ``try`` that catches a failing import."""
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    return any(first <= frame.f_lineno <= last for first, last in _expecting(source))


@lru_cache(maxsize=32)
def _expecting(source: str) -> list[tuple[int, int]]:
    """First and last lines of the blocks in which a failing import is caught."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        (node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Try) and any(map(_catches, node.handlers)))
        or (isinstance(node, ast.With) and any(_suppresses(item) for item in node.items))
    ]


_CAUGHT = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or not _CAUGHT.isdisjoint(_names(handler.type))


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    return (
        isinstance(call, ast.Call)
        and "suppress" in _names(call.func)
        and any(not _CAUGHT.isdisjoint(_names(each)) for each in call.args)
    )


def _names(node: ast.AST) -> set[str]:
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
    return found
