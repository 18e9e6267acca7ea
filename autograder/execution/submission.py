"""A submission, as the checks see it: what can be asked about the code in it.

In the grader that code runs in another process (`autograder.execution.bridge`); in an instructor's
notebook it is the notebook itself. The checks ask the same questions of both.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from labkit.judge.case import Case, Observation
from labkit.rules import Code

LOCAL_SEED = 90210  # of the hidden inputs where no submission is graded


class Submission(Protocol):
    """What can be asked about a submission.

    Whose fault it is when there is no answer: what the student's code does (an exception, no data,
    too much of it, no end) comes back as a `labkit.judge.case.Fault` and costs that exercise; what
    the grader cannot do raises `autograder.errors.GraderError`, and the submission is ungraded.
    While grading, a call may take ``c.ExecuteSubmission.call_limit`` seconds (20), a function of
    the library ``training_limit`` (600), all together ``total_limit`` (900), and an answer has at
    most 32 MiB; docs/security.md has all limits.

    Attributes
    ----------
    seed : int
        Of the hidden inputs and of the trainings; 0 to 2**31 - 1.
    test_seed : int or None
        Of test data that nobody has seen; None for the public ones.
    subject : str
        Dotted name of the course's `autograder.subject.Subject`; empty: that of the folder.
    code : Code or None
        Its source, up to what is being graded; None where that is not known.
    """

    seed: int
    test_seed: int | None
    subject: str
    code: Code | None

    def observe(self, name: str, case: Case) -> Observation:
        """What the student's function or class does with a case."""

    def run(self, function: str, **arguments: Any) -> Any:
        """What a function of the students' library makes of the submission's names.

        Parameters
        ----------
        function : str
            Such as ``"kdlab.end_to_end:train"``: it is called with the submission's names (a
            mapping) and the arguments, in the process that has them.
        **arguments
            Data: numbers, texts, arrays, and lists and dicts of them.

        Returns
        -------
        object
            Data, as it came from a stranger's process; or a `Fault`.
        """

    def call(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """What the student's function returns for data; a `Fault` if that is no data."""


class LocalSubmission:
    """The names of this process, or of any mapping."""

    test_seed: int | None = None
    code: Code | None = None

    def __init__(
        self, names: Mapping[str, Any], seed: int = LOCAL_SEED, subject: str = ""
    ) -> None:
        self.names, self.seed, self.subject = names, seed, subject

    def observe(self, name: str, case: Case) -> Observation:
        """Try a case in this process."""
        from labkit.probe.observe import observe  # needs torch

        return observe(self.names.get(name), case)

    def run(self, function: str, **arguments: Any) -> Any:
        """Call the function in this process."""
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(self.names, **arguments)

    def call(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        """Call the student's function in this process."""
        return self.names[name](*arguments, **keywords)


_entered: ContextVar[Submission | None] = ContextVar("submission", default=None)


@contextmanager
def entered(submission: Submission) -> Iterator[None]:
    """Inside, graded cells are about this submission."""
    token = _entered.set(submission)
    try:
        yield
    finally:
        _entered.reset(token)


def current_submission(namespace: Mapping[str, Any] | None = None) -> Submission:
    """What is being graded; else the names of a namespace, or of the notebook that this is."""
    if namespace is not None:
        return LocalSubmission(namespace)
    return _entered.get() or LocalSubmission(vars(sys.modules["__main__"]))


def asking(submission: Submission, name: str) -> Callable[[Case], Observation]:
    """Tries cases beside what the submission holds under a name."""
    return lambda case: submission.observe(name, case)
