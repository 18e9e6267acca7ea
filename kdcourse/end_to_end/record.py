"""What there is to know of one end-to-end exercise: how it trains, what is measured, for how much.

A lab's record lies in its folder and stands among its ``EXERCISES``, inside a `Training`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from torch import nn

from autograder.checks.exercise import Measured
from kdcourse.end_to_end.measures import Measure


@dataclass(frozen=True)
class Schedule:
    """How long a training takes, and how its learning rate rises and falls.

    Attributes
    ----------
    epochs : int
        Passes over the training images.
    warm_up : float, default 0.6
        Share of a training, 0 to 1, in which the learning rate rises. At first so small a network
        learns nothing for dozens of steps. With a long rise and a short fall, soft targets reach
        68.9 % ± 2.1 in six epochs; with a share of 0.3 it was 67.7 % ± 1.9 in eight (`digits-m`, 30
        trainings each).
    """

    epochs: int
    warm_up: float = 0.6


@dataclass(frozen=True)
class Phase:
    """A part of a training.

    Attributes
    ----------
    share : float
        Of the epochs, 0 to 1.
    arguments : mapping
        What the step gets meanwhile beside the networks, the batch and the cross-entropy: plain
        data, and ``{"loss": "MSELoss"}`` for a loss of `torch.nn`.
    """

    share: float = 1.0
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class EndToEnd:
    """One end-to-end exercise.

    Attributes
    ----------
    id : str
        Its number, such as ``"2-e"``.
    step : str
        Number of the exercise whose function trains, such as ``"2-3"``.
    network : class
        What the grader measures with. Unless the student writes the network, it is one of the
        library's classes, and trained too.
    bars : str
        How the names of the files with its bars begin, such as ``"lab2"``. A lab has files of its
        own, so that new bars of one lab leave the results of the others alone.
    measures : tuple of Measure
        What is measured, in the order of the checks.
    schedule : Schedule
        Of every data set that has none of its own.
    own_class : str, default ""
        Name of the student's class, where the student writes the network.
    teacher : {"none", "logits", "pairs", "maps"}
        What the step's teacher answers with: logits alone, or also its feature maps, whole or as
        the means of neighbours; see `kdlab.end_to_end.TEACHERS`. ``"none"``: it gets no teacher.
    phases : tuple of Phase
        One after the other, each with a rise and fall of the learning rate. Default: one.
    rate : float, default 7e-3
        The largest learning rate of each phase, in which it rises and falls: that saves half of
        the epochs.
    own_schedules : mapping of str to Schedule
        By the name of the data set.
    method_measure : str, default ""
        The measure that tells the method from its absence, which accuracy cannot at this size: its
        bar is set by what is left without the lab's own loss term. Empty: there is no such term.
    method_weight : str, default ""
        The step's argument that weighs this loss term; 0 leaves it out.
    """

    id: str
    step: str
    network: type[nn.Module]
    bars: str
    measures: tuple[Measure, ...]
    schedule: Schedule
    own_class: str = ""
    teacher: Literal["none", "logits", "pairs", "maps"] = "none"
    phases: tuple[Phase, ...] = (Phase(),)
    rate: float = 7e-3
    own_schedules: Mapping[str, Schedule] = field(default_factory=dict)
    method_measure: str = ""
    method_weight: str = ""

    @property
    def graded(self) -> tuple[Measure, ...]:
        """The measures that give points."""
        return tuple(each for each in self.measures if each.weight)

    def schedule_for(self, data: str) -> Schedule:
        """How long a training takes on a data set."""
        return self.own_schedules.get(data, self.schedule)

    def trained_by(self, data: str) -> dict[str, float]:
        """What of the trainings on a data set a bar depends on: other values make it worthless."""
        return {**asdict(self.schedule_for(data)), "rate": self.rate}

    def plan(self, step: str, data: str) -> dict[str, Any]:
        """What `kdlab.end_to_end.train` has to know of the exercise, as plain data.

        Parameters
        ----------
        step : str
            Name of the function that trains.
        data : str
            Name of the data set.
        """
        of_library = f"{self.network.__module__}:{self.network.__qualname__}"
        return {
            "step": step,
            "network": self.own_class or of_library,
            "teacher": self.teacher,
            "phases": [{"share": p.share, "arguments": dict(p.arguments)} for p in self.phases],
            "rate": self.rate,
            "warm_up": self.schedule_for(data).warm_up,
        }


@dataclass(frozen=True, eq=False)
class Training(Measured):
    """An exercise whose points follow from a training, with its record."""

    record: EndToEnd
