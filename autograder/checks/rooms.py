"""Where a submission's code runs, as the checks see it.

In the grader that is another process (`autograder.bridge`); in an instructor's notebook it is the
notebook itself. The checks ask the same questions of both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from autograder.entered import entered_room
from kdlab.checks.case import Case, Fault, Observation
from kdlab.checks.probe import observe
from kdlab.checks.training import Weights, train_by
from kdlab.checks.training_set import read_training_set

LOCAL_SEED = 90210  # of the hidden inputs where no submission is graded


class Room(Protocol):
    """What can be asked about a submission.

    Attributes
    ----------
    seed : int
        Of the hidden inputs and of the trainings; 0 to 2**31 - 1.
    test_seed : int or None
        Of test images that nobody has seen; None for the public ones.
    """

    seed: int
    test_seed: int | None

    def observe(self, name: str, case: Case) -> Observation:
        """What the student's function or class does with a case."""

    def train(
        self, exercise: str, images: Path, start: Weights, seed: int, epochs: int
    ) -> Weights | Fault:
        """What the weights become in a training with the student's functions."""


class LocalRoom:
    """The names of this process, or of any mapping."""

    def __init__(self, names: Mapping[str, Any], seed: int = LOCAL_SEED) -> None:
        self.names, self.seed = names, seed
        self.test_seed: int | None = None

    def observe(self, name: str, case: Case) -> Observation:
        """Try a case in this process."""
        return observe(self.names.get(name), case)

    def train(
        self, exercise: str, images: Path, start: Weights, seed: int, epochs: int
    ) -> Weights | Fault:
        """Train in this process."""
        device = "cuda" if torch.cuda.is_available() else "cpu"
        on = read_training_set(str(images), device)
        return train_by(self.names, exercise, on, start, seed, epochs)


def current_room(namespace: Mapping[str, Any] | None = None) -> Room:
    """The room whose submission is being graded; else that of a namespace, or of the notebook."""
    if namespace is not None:
        return LocalRoom(namespace)
    return entered_room() or LocalRoom(vars(sys.modules["__main__"]))


def asking(room: Room, name: str) -> Callable[[Case], Observation]:
    """Tries cases beside what the submission holds under a name."""
    return lambda case: room.observe(name, case)
