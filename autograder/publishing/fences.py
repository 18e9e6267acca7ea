"""What stands between the fences of a solution cell: code goes, comments stay.

A fence is a comment line of its own. Python's tokenizer decides what a comment is, so that fences
or ``#`` inside strings are left alone, and the parser has the last word on the result.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from autograder.errors import GraderError

STARTS = re.compile(r"#+\s*YOUR CODE STARTS HERE\s*#*")
ENDS = re.compile(r"#+\s*YOUR CODE ENDS HERE\s*#*")

STUB = 'raise NotImplementedError("{name}: write your code here / 여기에 코드를 쓰세요")'


class ReleaseError(GraderError):
    """A solution notebook cannot be turned into a student notebook; the message says where."""

    exit_code = 1  # refused: nothing was made


@dataclass(frozen=True)
class Region:
    """The lines strictly between two fences, counted from 0, and the fences' indentation."""

    first: int
    last: int  # one past the end
    indent: str


def clear_solution(source: str, name: str) -> str:
    """The student's version of a solution cell.

    Parameters
    ----------
    source : str
        The instructor's cell, with one or more fenced regions.
    name : str
        The exercise's id, for the stub and for messages.

    Returns
    -------
    str
        The same cell with each region's code replaced by a stub that raises when it is called.
    """
    lines = source.split("\n")
    comments = _comment_lines(source, name)
    regions = find_regions(lines, comments, name)
    if not regions:
        raise ReleaseError(
            f"cell {name}: no '##### YOUR CODE STARTS HERE #####' in a solution cell; "
            "put the fences around what students write"
        )
    for region in reversed(regions):
        _check_indent(lines, comments, region, name)
        kept = [lines[at] for at in range(region.first, region.last) if at in comments]
        lines[region.first : region.last] = [*kept, region.indent + STUB.format(name=name)]
    cleared = "\n".join(lines)
    marker = STUB.format(name=name)
    stubs = [at for at, line in enumerate(lines, start=1) if line.strip() == marker]
    _check_result(cleared, stubs, name)
    return cleared


def find_regions(lines: list[str], comments: set[int], name: str) -> list[Region]:
    """The fenced regions of a cell, in order; raises where fences do not pair up."""
    regions = []
    opened: int | None = None
    for at in sorted(comments):
        text = lines[at].strip()
        if STARTS.fullmatch(text):
            if opened is not None:
                raise _error(name, at, f"a region starts, but the one of line {opened + 1} is open")
            opened = at
        elif ENDS.fullmatch(text):
            if opened is None:
                raise _error(name, at, "a region ends that never started")
            indent = _indent(lines[opened])
            if _indent(lines[at]) != indent:
                raise _error(name, at, "the end fence is indented otherwise than its start fence")
            regions.append(Region(opened + 1, at, indent))
            opened = None
    if opened is not None:
        raise _error(name, opened, "a region starts and never ends")
    return regions


def _comment_lines(source: str, name: str) -> set[int]:
    """Numbers, from 0, of the lines that hold a comment and nothing else."""
    lines = source.split("\n")
    found = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            row, column = token.start
            if token.type == tokenize.COMMENT and not lines[row - 1][:column].strip():
                found.add(row - 1)
    except (tokenize.TokenError, SyntaxError) as error:
        raise ReleaseError(f"cell {name} is not plain Python: {error}") from None
    return found


def _check_indent(lines: list[str], comments: set[int], region: Region, name: str) -> None:
    """The region's first line of code must start where its fence does."""
    for at in range(region.first, region.last):
        if at in comments or not lines[at].strip():
            continue
        if _indent(lines[at]) != region.indent:
            raise _error(
                name,
                at,
                f"the code is indented by {len(_indent(lines[at]))} and its fence by "
                f"{len(region.indent)}; indent the fence like the code",
            )
        return
    raise _error(name, region.first, "nothing but comments between the fences: no solution")


def _check_result(cleared: str, stubs: list[int], name: str) -> None:
    """The stub must parse, and must raise when it is called rather than when the cell runs."""
    try:
        tree = ast.parse(cleared)
    except SyntaxError as error:
        raise ReleaseError(
            f"cell {name}, line {error.lineno}: the student's version does not parse ({error.msg})"
        ) from None
    functions = [
        range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for line in stubs:
        if not any(line in function for function in functions):
            raise ReleaseError(
                f"cell {name}, line {line}: the fence stands outside a function, so the stub "
                "would stop 'Run all'; put the fence inside the function"
            )


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _error(name: str, at: int, what: str) -> ReleaseError:
    return ReleaseError(f"cell {name}, line {at + 1}: {what}")
