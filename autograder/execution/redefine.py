"""What of the cells before runs again in a fresh kernel.

A cell runs again as it is, but for the statements that end a kernel. What did not come to its end
or took its time (`LONG`) only defines again: imports, functions and classes with their decorators,
and names for what is made at once, such as constants, a ``lambda`` or ``torch.device("cpu")``.
Every line keeps its number: a fault tells students the line of their own cell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 10.0  # seconds

#: What ends a kernel, whatever module or object it is called by.
_ENDS = frozenset(
    ("exit", "quit", "_exit", "abort", "kill", "killpg", "execv", "execve", "raise_signal", "alarm",
     "setitimer", "ask_exit", "do_shutdown", "string_at")
)  # fmt: skip
#: Where functions come from that make something at once, and those of Python itself.
_QUICK_MODULES = frozenset(
    ("torch", "nn", "F", "np", "numpy", "functools", "partial", "math", "collections", "Path",
     "namedtuple", "dataclasses", "typing", "itertools", "operator", "random", "types")
)  # fmt: skip
_QUICK = _QUICK_MODULES | frozenset(
    ("dict", "list", "tuple", "set", "frozenset", "int", "float", "str", "bool", "range", "len",
     "complex", "bytes", "object", "slice", "defaultdict", "OrderedDict", "Counter", "TypeVar")
)  # fmt: skip
#: Magics on top of a cell that run what stands below them.
_RUNS_BELOW = ("time", "timeit", "capture", "prun", "memit", "mprun", "heat")
_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n")


@dataclass(frozen=True)
class Ran:
    """A cell that has run.

    Attributes
    ----------
    ended : bool
        Whether it came to its end: it did not time out, and no kernel died in it.
    """

    source: str
    seconds: float
    ended: bool = True

    def again(self, careful: bool) -> Iterator[str]:
        """The sources that run again, one after the other.

        Parameters
        ----------
        careful : bool
            Only define, as if it had taken its time.
        """
        if careful or not self.ended or self.seconds > LONG:
            yield from definitions(self.source)
        elif self.source.strip():
            yield without_ends(self.source)


def definitions(source: str) -> Iterator[str]:
    """What a cell defines, without what it does: one statement each, all in their own lines.

    >>> list(definitions("import torch\\nx = 3\\nprint(x)\\ndef f():\\n    return x"))
    ['import torch', '\\nx = 3', '\\n\\n\\ndef f():\\n    return x']
    """
    below = _MAGIC.match(source)
    if below and below[1] == "writefile":
        yield source
        return
    lines = source.split("\n")
    for statement in _parsed("\n".join(_python(source))):
        if _defines(statement):
            first, last = _lines(statement)
            start, end = _columns(statement, lines)
            part = [*lines[first - 1 : last - 1], lines[last - 1][:end]]
            yield "\n" * (first - 1) + "\n".join([part[0][start:], *part[1:]])


def without_ends(source: str) -> str:
    """A cell without the statements that end the kernel.

    >>> without_ends("x = 1\\nexit()\\ny = 2")
    'x = 1\\npass\\ny = 2'
    """
    lines = source.split("\n")
    for statement in reversed(_parsed("\n".join(_python(source)))):  # so that columns stay right
        if _ends_kernel(statement):
            first, last = _lines(statement)
            start, end = _columns(statement, lines)
            after = lines[last - 1][end:]
            lines[first - 1] = lines[first - 1][:start] + "pass" + (after if last == first else "")
            for number in range(first, last):
                lines[number] = after if number == last - 1 else ""
    return "\n".join(lines)


def _python(source: str) -> list[str]:
    """The lines that are Python; in the place of magics and shell commands nothing."""
    below = _MAGIC.match(source)
    if below and below[1] not in _RUNS_BELOW:
        return []
    lines = source.split("\n")
    # Inside of a block an empty line could leave nothing; `pass` is right in both places.
    return [
        re.sub(r"[%!?].*", "pass", line) if re.match(r"\s*[%!?]", line) else line for line in lines
    ]


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # nothing that Python can read
        return []


def _lines(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line, with the decorators."""
    above = [each.lineno for each in getattr(statement, "decorator_list", [])]
    return min([statement.lineno, *above]), statement.end_lineno or statement.lineno


def _columns(statement: ast.stmt, lines: list[str]) -> tuple[int, int]:
    """Where it begins in its first line, and ends in its last: others may stand beside it."""
    first, last = _lines(statement)
    begins = 0 if first < statement.lineno else statement.col_offset
    ends = statement.end_col_offset or 0

    def characters(line: str, size: int) -> int:
        return len(line.encode()[:size].decode(errors="ignore"))  # Python counts bytes

    return characters(lines[first - 1], begins), characters(lines[last - 1], ends)


def _defines(statement: ast.stmt) -> bool:
    """Whether it only gives names to what is there at once."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _is_quick(value)
        case ast.If(test=test):
            return _is_quick(test) and all(map(_defines, [*statement.body, *statement.orelse]))
        case ast.Try():
            handled = [part for handler in statement.handlers for part in handler.body]
            parts = [*statement.body, *handled, *statement.orelse, *statement.finalbody]
            return all(isinstance(part, ast.Pass) or _defines(part) for part in parts)
    return False


def _is_quick(value: ast.expr) -> bool:
    """Whether computing it again costs nothing: no function of the notebook's own is called."""
    return all(
        _called(node).partition(".")[0] in _QUICK and not _ends(node)
        for node in _outside_lambdas(value)
        if isinstance(node, ast.Call)
    ) and not any(isinstance(node, ast.Await | ast.Yield) for node in ast.walk(value))


def _ends_kernel(statement: ast.stmt) -> bool:
    """Whether running the statement, and not only what it defines, ends the kernel."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(
        isinstance(node, ast.Call) and _ends(node) for node in _outside_lambdas(statement)
    )


def _outside_lambdas(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are evaluated when this is, and not when what it makes is called."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            left += ast.iter_child_nodes(node)


def _ends(call: ast.Call) -> bool:
    return _called(call).rpartition(".")[2] in _ENDS


def _called(node: ast.AST) -> str:
    """The dotted name of what a call calls; a call of what a call gives counts as the first."""
    if isinstance(node, ast.Call):
        return _called(node.func)
    if isinstance(node, ast.Attribute):
        return f"{_called(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"
