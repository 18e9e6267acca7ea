"""What a block of a cell makes: its names and its figures. If it ends badly, nothing of it stays.

Without that, the cells below would measure, draw and keep what was only begun: a network that was
made and never trained is a network all the same.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

#: Of each name that a block made: which block, and what it was then.
_MADE: dict[str, tuple[frozenset[str], int]] = {}
#: Names that are not there because their block ended badly: its exercises, and whether it waits.
_UNMADE: dict[str, tuple[tuple[str, ...], bool]] = {}


class Block:
    """What was there before a block of a cell began.

    Parameters
    ----------
    frame : FrameType
        The cell, at the first line of its block. A block inside a function makes no names that
        others see: of it only the figures count.
    """

    def __init__(self, frame: FrameType) -> None:
        self.names = frame.f_globals
        at_the_top = frame.f_globals is frame.f_locals
        self.binds = frozenset(bound_at(frame)) if at_the_top else frozenset()
        # What this very block made in an earlier run would be false now; what others made stays.
        self.before = {
            name: self.names[name]
            for name in self.binds & self.names.keys()
            if _MADE.get(name) != (self.binds, id(self.names[name]))
        }
        self.figures = open_figures()

    def ended_well(self) -> None:
        """Remember what the block made."""
        for name in self.binds & self.names.keys():
            _MADE[name] = (self.binds, id(self.names[name]))
            _UNMADE.pop(name, None)

    def ended_badly(self, exercises: tuple[str, ...], waits: bool) -> None:
        """Take away what the block made, and put back what stood there before."""
        for name in self.binds:
            if name in self.before:
                self.names[name] = self.before[name]
            else:
                self.names.pop(name, None)
                _UNMADE[name] = (exercises, waits)
        for figure in open_figures() - self.figures:
            sys.modules["matplotlib.pyplot"].close(figure)


def why_missing(name: str | None) -> tuple[tuple[str, ...], bool] | None:
    """The exercises of the block that should have made a name, and whether it waits for them."""
    return _UNMADE.get(name or "")


def open_figures() -> set[int]:
    """The numbers of matplotlib's figures; what is open at a cell's end is shown below it."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


def bound_at(frame: FrameType) -> set[str]:
    """The names that the ``with`` block binds at whose first line a cell is."""
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    line = frame.f_lineno
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and node.lineno <= line <= (node.end_lineno or line)
    ]
    if not around:
        return set()
    block = max(around, key=lambda node: node.lineno)
    return {name for statement in block.body for name in _bound(statement)}


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds where it stands; what it imports was there before."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
                               ast.GeneratorExp)):  # fmt: skip
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
