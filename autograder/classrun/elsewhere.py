"""Who executes the submissions of a run, if it is not this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from autograder.classrun.notes import Note
from autograder.errors import GraderError
from autograder.results import Record
from autograder.results.job import Job


class Elsewhere(Protocol):
    """Executes submissions, many at a time, and is told how the run goes.

    Attributes
    ----------
    students : frozenset of str or None
        Grade these alone; None: all.
    fresh : bool
        Execute again what is stored.
    notes : list of Note
        What the runs noted, at their ends.
    missing : list of str
        Who has handed nothing in.
    """

    students: frozenset[str] | None
    fresh: bool
    notes: list[Note]
    missing: list[str]

    def expect(self, assignment: str, number: int) -> None:
        """Be told how many submissions there are."""

    def submit(self, job: Job) -> None:
        """Take a submission to execute."""

    def is_full(self) -> bool:
        """Whether enough is waiting that no worker will be idle."""

    def next_finished(self) -> tuple[str, Record | GraderError]:
        """Key and result of a submission, as soon as there is one."""

    def tell(self, student: str, state: str) -> None:
        """Be told what became of a submission: unchanged, stored, executed or ungraded."""


_current: ContextVar[Elsewhere | None] = ContextVar("elsewhere", default=None)


def current_elsewhere() -> Elsewhere | None:
    """Who executes submissions here and now; None: this process does."""
    return _current.get()


@contextmanager
def executing(elsewhere: Elsewhere) -> Iterator[None]:
    """Inside, runs have their submissions executed by `elsewhere`."""
    token = _current.set(elsewhere)
    try:
        yield
    finally:
        _current.reset(token)
