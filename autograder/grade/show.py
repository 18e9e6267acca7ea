"""How far a run is: a bar with the time left on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from autograder.terminal import printable

#: What can become of a submission.
STATES = ("executed", "stored", "unchanged", "ungraded")
#: A submission hangs that takes longer than so many seconds and so many times the usual pace.
HANGS, TIMES = 60.0, 4.0


class _Left(ProgressColumn):
    """The time left, as a column of the bar."""

    def __init__(self, left: Callable[[], str]) -> None:
        super().__init__()
        self._told = left

    def render(self, task: Task) -> Text:
        """As the lines of a log say it."""
        return Text(self._told())


class Show:
    """Shows one run.

    Parameters
    ----------
    console : Console
        Where to write.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Left(self.left),
            TextColumn("{task.fields[last]}", markup=False),
            console=console,
            disable=not console.is_terminal,
        )
        self.states: Counter[str] = Counter()
        self.expected = 0
        self._task: TaskID | None = None
        self._name, self._total, self._done, self._started = "", 0, 0, 0.0
        self._longest: Callable[[], float] = lambda: 0.0
        self._limit = 0.0

    def watch(self, longest: Callable[[], float], limit: float) -> None:
        """Count a submission that hangs in the time left.

        Parameters
        ----------
        longest : callable
            Gives the seconds that the slowest submission has taken which is executed now.
        limit : float
            Seconds after which it is stopped.
        """
        self._longest, self._limit = longest, limit

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def expect(self, name: str, total: int) -> None:
        """Begin with an assignment of so many submissions."""
        self._name, self._total, self._done = name, total, 0
        self.expected += total
        self._started = time.monotonic()
        self._task = self.bar.add_task(name, total=total, last="")
        if not self.console.is_terminal:
            self.console.print(f"{name}: {total} submissions", highlight=False)

    def tell(self, student: str, state: str) -> None:
        """One submission more; unchanged ones are only counted."""
        student = printable(student)
        self.states[state] += 1
        self._done += 1
        if self._task is not None:
            self.bar.update(self._task, completed=self._done, last=f"{student}: {state}")
        if not self.console.is_terminal and state != "unchanged":
            self.console.print(
                f"{self._name} {self._done}/{self._total} {student}: {state}, {self.left()}",
                highlight=False,
                markup=False,
            )

    def stopped(self) -> str:
        """What is said of a run that was stopped: nothing of it is lost."""
        stored = sum(count for state, count in self.states.items() if state != "ungraded")
        counts = f"{stored} of {self.expected} stored" if self.expected else "nothing was begun"
        return f"stopped; {counts}; the same command goes on"

    def left(self) -> str:
        """Time left in words, from the pace so far and from the one that takes longest."""
        spent, to_do = time.monotonic() - self._started, self._total - self._done
        pace, longest = spent / max(1, self._done), self._longest() if to_do else 0.0
        seconds = pace * to_do
        if longest > max(HANGS, TIMES * pace if self._done else 0.0):
            seconds = max(seconds, self._limit - longest)
        left = f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
        return f"about {left} left"
