"""What can be told from the text of a cell: what it defines, and whether it could run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nbformat import NotebookNode

from autograder.notebooks import is_solution

#: Longer texts are not compiled: nobody splits them by mistake, and it takes time.
_LONGEST_TEXT = 20_000
_DEFINITION = re.compile(r"^(?:def|class|async\s+def)\s+(\w+)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
#: What IPython alone understands, line by line, each with what Python may read in its place.
_IPYTHON = (
    (re.compile(r"^([ \t]*)(?:[!?]|%(?!%)).*$", re.MULTILINE), r"\1pass"),
    (re.compile(r"^([ \t]*)[\w.*]+\?{1,2}[ \t]*$", re.MULTILINE), r"\1pass"),
    (re.compile(r"^([ \t]*[\w., \t]+=[ \t]*)(?:!|%(?!%)).*$", re.MULTILINE), r"\1None"),
)
#: A magic for the whole cell, and those of them below which Python stands.
_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*(?:\n|$)")
_OVER_PYTHON = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun"})


def required(cell: NotebookNode) -> frozenset[str]:
    """The functions and classes that a released cell asks the student for."""
    if cell.cell_type != "code" or not is_solution(cell):
        return frozenset()
    return frozenset(_DEFINITION.findall(cell.source))


def defined(text: str) -> frozenset[str]:
    """What a text defines at its top level, by whatever means."""
    return frozenset(_DEFINITION.findall(text)) | frozenset(_ASSIGNMENT.findall(text))


def answered(wanted: NotebookNode, found: NotebookNode) -> bool:
    """Whether the student changed the cell, and left more in it than the stub."""
    stub, text = wanted.source.strip(), found.source.strip()
    if not required(wanted) or not stub or stub not in text:
        return text not in ("", stub)
    return required(wanted) <= defined(text.replace(stub, ""))


def runs(text: str) -> bool:
    """Whether this could be a cell of its own: it compiles and does not begin indented."""
    magic = _CELL_MAGIC.match(text)
    if magic:
        return magic[1] not in _OVER_PYTHON or runs(text[magic.end() :])
    first = text.lstrip("\n")
    return not first.strip() or (first[0] not in " \t" and _parsed(text) is not None)


def joined(parts: Iterable[str], between: str = "\n") -> str:
    """Parts of one cell as its text: a magic for the whole cell can only stand on top of it."""
    first, *others = parts
    return between.join([first, *(_below(text) for text in others)])


def may_be_joined(parts: Sequence[str]) -> bool:
    """Whether parts are one cell of Python, and none that runs alone is swallowed by another."""
    if not all(map(is_python, parts)):
        return False
    bodies = [_below(text) for text in parts]
    whole = "\n".join(bodies)
    tree = _parsed(whole) if runs(whole) else None
    if tree is None:
        return False
    # Of a function the line of `def`: its decorators may have been cut off.
    starts, dead = {statement.lineno for statement in tree.body}, _after_the_end(tree)
    above = 0
    for body in bodies:
        own = _parsed(body) if runs(body) else None
        if own and own.body and above + own.body[0].lineno not in starts:
            return False  # it would stand in a text or within brackets
        below = above + body.count("\n") + 1
        if any(end <= above < start <= below for end, start in dead):
            return False  # it would never run: what is above it is whole
        above = below
    return True


def _after_the_end(tree: ast.Module) -> list[tuple[int, int]]:
    """Where a block has ended with a ``return`` or the like, and where it goes on all the same."""
    found = []
    for node in ast.walk(tree):
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            for one, other in pairwise(block if isinstance(block, list) else ()):
                if isinstance(one, ast.Return | ast.Raise | ast.Continue | ast.Break):
                    found.append((one.end_lineno or one.lineno, other.lineno))
    return found


def is_python(text: str) -> bool:
    """Whether no magic on top says that the cell is of another language."""
    magic = _CELL_MAGIC.match(text)
    return magic is None or magic[1] in _OVER_PYTHON


def _below(text: str) -> str:
    """The text without a magic on top."""
    magic = _CELL_MAGIC.match(text) if is_python(text) else None
    return text[magic.end() :] if magic else text


def _parsed(text: str) -> ast.Module | None:
    """The text as Python, with as many lines; None where it is none, even without magics."""
    if len(text) > _LONGEST_TEXT:
        return None
    text += "\n\n"  # with a backslash at its end, a text is whole only above an empty line
    tree = _tree(text)
    if tree is None and re.search(r"[%!?]", text):
        for pattern, python in _IPYTHON:
            text = pattern.sub(python, text)
        tree = _tree(text)
    return tree


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            tree: ast.Module = compile(text, "<cell>", "exec", flags, dont_inherit=True)
            # It finds more than the parser does, such as a `return` that stands alone.
            compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            return tree
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
