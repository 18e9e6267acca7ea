"""The time that a submission's own code may take in all, and where it went."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.results.record import AT
from labkit.judge.case import Fault
from labkit.judge.messages import Text

#: Where this many seconds went, it is told of a submission that ran into a limit.
WORTH_TELLING = 5.0
TOLD = 3  # places


class Clock:
    """Counts the seconds of cells, calls, trainings and restarts.

    Parameters
    ----------
    limit : float
        Seconds for all of them.

    Attributes
    ----------
    spent : dict of str to float
        Seconds by place, such as ``"cell 7"`` or the name of a function.
    hit : bool
        Whether anything ran into a limit.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.spent: dict[str, float] = defaultdict(float)
        self.hit = False

    @property
    def total(self) -> float:
        """Seconds that are used."""
        return sum(self.spent.values())

    @property
    def left(self) -> float:
        """Seconds that are left; 0 once they are used up."""
        return max(0.0, self.limit - self.total)

    @contextmanager
    def counting(self, place: str) -> Iterator[None]:
        """Inside, the time counts for this place."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.spent[place] += time.monotonic() - started

    def limited(self, limit: float) -> float:
        """A limit for the next thing to run, which is no longer than the time that is left."""
        return min(limit, self.left)

    def places(self) -> list[tuple[str, int]]:
        """Where most of the time went, in whole seconds."""
        most = sorted(self.spent.items(), key=lambda each: -each[1])[:TOLD]
        return [(place, round(seconds)) for place, seconds in most if seconds >= WORTH_TELLING]

    def told(self) -> dict[str, int]:
        """The same for a record, of a submission that ran into a limit."""
        return {f"{AT}{place}": seconds for place, seconds in self.places()} if self.hit else {}

    def where(self) -> str:
        """The same in words that need no language: ``cell 7 600 s, soft_loss 120 s``."""
        return ", ".join(f"{place} {seconds} s" for place, seconds in self.places()) or "–"

    def fault(self) -> Fault:
        """What stands for an answer for which there was no time any more."""
        self.hit = True
        return Fault("total_time", {"seconds": round(self.limit), "where": self.where()})

    def text(self) -> Text:
        """What is said in the place of a cell's output."""
        self.hit = True
        seconds = round(self.limit)
        return Text(
            f"제출물 전체에 주어진 {seconds}초를 모두 사용하여 이 셀은 실행하지 않았습니다. "
            f"오래 걸린 곳: {self.where()}.",
            f"Not executed: the {seconds} seconds for the whole submission are used up. "
            f"They went to: {self.where()}.",
        )
