"""How long a notebook takes: measured before it begins, and known better with every epoch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Clock = Callable[[], float]

WARM_UP, ENOUGH, MOST = 2, 0.3, 40  # steps, seconds, steps


def seconds_of(
    step: Callable[[], object], fewest: int = 8, clock: Clock = time.perf_counter
) -> float:
    """What a step takes: the median of some, after two that warm up.

    Parameters
    ----------
    step : callable
        Does it once, and returns when it is done.
    fewest : int
        How many are measured at least; of short ones as many as fit into 0.3 seconds.
    clock : callable
        Seconds, of any beginning.
    """
    for _ in range(WARM_UP):
        step()
    times: list[float] = []
    while len(times) < fewest or (sum(times) < ENOUGH and len(times) < MOST):
        started = clock()
        step()
        times.append(clock() - started)
    return statistics.median(times)


class Timetable:
    """What is left to do in a notebook, in seconds.

    Parameters
    ----------
    images : int
        How often an image is trained on in all of the notebook's trainings together.
    per_image : float
        Seconds for one of them, as measured before.
    besides : float
        Seconds for what is no student's training: the teacher, and asking it.
    """

    def __init__(self, images: int, per_image: float, besides: float = 0.0) -> None:
        self.images, self.per_image, self.besides = images, per_image, besides
        self.seen = (0, 0.0)

    def trained(self, images: int, seconds: float) -> None:
        """An epoch took so long: from now on the real epochs count, and not the trial."""
        self.besides = 0.0  # the teacher comes before the trainings
        self.images = max(0, self.images - images)
        self.seen = (self.seen[0] + images, self.seen[1] + seconds)
        self.per_image = self.seen[1] / self.seen[0]

    def left_out(self, images: int) -> None:
        """These need not be trained: they were kept."""
        self.images = max(0, self.images - images)

    @property
    def seconds(self) -> float:
        """What is left."""
        return self.images * self.per_image + self.besides

    def __str__(self) -> str:
        minutes = self.seconds / 60
        return f"about {minutes:.0f} min" if minutes >= 1 else "less than 1 min"
