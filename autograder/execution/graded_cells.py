"""Runs a graded cell in the grader's process.

The cell is the instructor's: its source comes from the gradebook, never from the submission. Names
that it does not define are the submission's functions, and calling one crosses the bridge.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.execution.submission import Submission, entered


class StudentCodeError(Exception):
    """A student's function, called by a graded cell, returned nothing that is data."""


class Names(dict[str, Any]):
    """The cell's own names; any other one is a function of the submission."""

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self.submission = submission

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)  # Python looks there next
        return student_function(self.submission, name)


def student_function(submission: Submission, name: str) -> Callable[..., Any]:
    """A function of the submission: arguments and results cross the bridge as data."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        from labkit.judge.case import Fault
        from labkit.judge.explain import fault_text

        found = submission.call(name, *arguments, **keywords)
        if isinstance(found, Fault):
            raise StudentCodeError(f"{name}: {fault_text(found).en}")
        return found

    call.__name__ = name
    return call


def run_graded(source: str, submission: Submission) -> NotebookNode:
    """The output of a graded cell: the value of its last expression, or the error that it raised.

    Parameters
    ----------
    source : str
        The cell.
    submission : Submission
        The submission that it is about.
    """
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    names = Names(submission)
    own: dict[str, Any] = {"__name__": "graded_cell", "__builtins__": builtins}
    try:
        with entered(submission):
            exec(compile(tree, "<graded cell>", "exec"), own, names)
            value = None
            if isinstance(last, ast.Expr):
                expression = ast.Expression(last.value)
                value = eval(compile(expression, "<graded cell>", "eval"), own, names)
    except Exception as error:
        return _output("error", ename=type(error).__name__, evalue=str(error)[:2000], traceback=[])
    bundle: dict[str, Any] = getattr(value, "_repr_mimebundle_", dict)()
    data = {"text/plain": repr(value), **bundle}
    return _output("execute_result", data=data, execution_count=None)


def _output(kind: str, **parts: Any) -> NotebookNode:
    output: NotebookNode = new_output(kind, **parts)
    return output
