"""Who executes the submissions of a run, if it is not this process, and who hears of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from autograder.classrun.run_report import Note
from autograder.errors import GraderError
from autograder.results import Record
from autograder.results.job import Job


class Executor(Protocol):
    """Executes submissions, many at a time."""

    def submit(self, job: Job) -> None:
        """Take a submission to execute."""

    def is_full(self) -> bool:
        """Whether enough is waiting that no worker will be idle."""

    def next_finished(self) -> tuple[str, Record | GraderError]:
        """Key and result of a submission, as soon as there is one."""


class Listener(Protocol):
    """Hears how a run goes on."""

    def expect(self, assignment: str, number: int) -> None:
        """There are so many submissions."""

    def tell(self, student: str, state: str) -> None:
        """What became of one: unchanged, stored, executed or ungraded."""


class Nobody:
    """A listener that does nothing."""

    def expect(self, assignment: str, number: int) -> None:
        """There are so many submissions."""

    def tell(self, student: str, state: str) -> None:
        """What became of one."""


@dataclass
class Order:
    """How a class is to be graded.

    Attributes
    ----------
    executor : Executor or None
        Executes the submissions; None: this process does, one after the other.
    listener : Listener
    students : frozenset of str or None
        Grade these alone; None: all.
    fresh : bool
        Execute again what is stored.
    notes : list of Note
        What the runs noted, at their ends.
    missing : list of str
        Who has handed nothing in.
    remarks : list of str
        What is to be said of the run as a whole.
    """

    executor: Executor | None = None
    listener: Listener = field(default_factory=Nobody)
    students: frozenset[str] | None = None
    fresh: bool = False
    notes: list[Note] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
