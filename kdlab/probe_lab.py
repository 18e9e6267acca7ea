"""A small lab, in which a student's answers tell how it was trained.

It has a few images, a teacher, and students that are linear in the images. Its training step leaves
a mark in the student's weights for what it was called with, and has no other gradient. So what a
trained student answers depends on temperature and loss weights, on the teacher, and on whether it
was new: not on the seed, the number of epochs, or the optimizer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.data import ImageData, Split
from kdlab.errors import TrainingError
from kdlab.evaluation import logits_of
from kdlab.lab import Lab
from kdlab.profiles import Profile, Settings
from kdlab.results import Result, ask, measure
from labkit.judge.case import Array
from labkit.probe.weights import weight_of

CLASSES, FEATURES = 5, 48  # of 8 x 8 pixels a mean, in each of three colours
SIZES = {"train": 12, "validation": 24, "test": 25}
MEAN, STD = 0.5, 0.25  # of the images, on a scale of 0 to 1
STEP = "knowledge_distillation_step"


def images_and_labels(split: str, seed: int) -> tuple[Array, Array]:
    """Images ``(N, 3, 32, 32)``, uint8, each of 8 x 8 equal pixels, and labels ``(N,)``."""
    random = np.random.RandomState([seed, list(SIZES).index(split)])
    small = random.randint(0, 256, (SIZES[split], 3, 4, 4)).astype(np.uint8)
    return small.repeat(8, 2).repeat(8, 3), random.randint(0, CLASSES, SIZES[split])


def weights(seed: int, number: int) -> Array:
    """Weights ``(FEATURES, CLASSES)``: 0 of the teacher, 1 of a new student, then of each mark."""
    return weight_of((FEATURES, CLASSES), 1000 * seed + number)


class FrozenStudentError(TrainingError):
    """What is to be trained is the teacher."""


class Linear(nn.Module):
    """Logits ``(N, C)`` of images; half as large again in train mode."""

    def __init__(self, weight: Array, made_in: int = 0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float32))
        self.made_in = made_in
        self.marks: set[tuple[float, ...]] = set()

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of normalised images ``(N, 3, 32, 32)``."""
        logits = F.avg_pool2d(inputs, 8).flatten(1) @ self.weight
        return logits * 1.5 if self.training else logits


class ProbeLab(Lab):
    """A lab that keeps nothing, and whose teacher is at hand."""

    at_hand: nn.Module

    def teacher(self) -> Any:
        """The teacher."""
        return self.at_hand

    def measure(self, name: str, model: nn.Module, teacher: nn.Module | None = None) -> Result:
        """Measure on the test images."""
        return measure(name, self.name, ask(model, self.data.test), self.data, teacher)


class Surroundings:
    """What stands behind the notebook's names while the function runs.

    Attributes
    ----------
    calls : int
        Which call of the function this is.
    """

    def __init__(self, seed: int, device: str) -> None:
        self.seed, self.device, self.calls = seed, torch.device(device), 0
        self.teacher = self._network(0).eval().requires_grad_(False)
        train, validation, test = (self._split(name) for name in SIZES)
        classes = tuple(map(str, range(CLASSES)))
        self.data = ImageData(
            "probe", classes, train.mean, train.std, train, validation, test, f"{seed:012d}"
        )
        held_out = [next(iter(split.batches(500)))[0] for split in (validation, test)]
        self.first = held_out[0][:1]
        self.held_out = torch.cat(held_out).flatten(1)
        # The grader's profile: no progress bar, no checkpoint.
        profile = Profile("grading", "probe", None, None, 1, 1, 1)
        settings = Settings(profile, "probe", Path("kdlab-probe"))
        self.lab = ProbeLab("lab2_soft_targets", self.device, self.data, settings)
        self.lab.at_hand = self.teacher

    def names(self) -> dict[str, Any]:
        """What the notebook calls it."""
        return {
            "lab": self.lab,
            "teacher": self.teacher,
            "remembered_teacher": self.teacher,
            "new_student": self.new_student,
            "StudentCNN": self.new_student,
            "plain_student": self._network(1),
            "kd_student": self._network(1),
            "ce_loss": nn.CrossEntropyLoss(),
            "validation_batches": self.data.validation.batches(500),
            "test_batches": self.data.test.batches(500),
            STEP: self.step,
        }

    def new_student(self, *_: object, **__: object) -> Linear:
        """A student, the same whatever the seed."""
        return self._network(1)

    def step(
        self,
        teacher: nn.Module,
        student: nn.Module,
        inputs: Tensor,
        labels: Tensor,
        T: float,
        soft_target_loss_weight: float,
        ce_loss_weight: float,
        ce_loss: Callable[[Tensor, Tensor], Tensor],
    ) -> Tensor:
        """A loss without a gradient, which marks the student as soon as it is propagated back."""
        loss: Tensor = student(inputs).sum() * 0
        if not any(parameter.requires_grad for parameter in student.parameters()):
            raise FrozenStudentError("The student of the step is frozen. Is it the teacher?")
        with torch.no_grad():
            clear = 2 * torch.eye(CLASSES, device=self.device)[:2]
            of_ce = float(ce_loss(clear, torch.arange(2, device=self.device)))
            of_teacher = float(logits_of(teacher(self.first))[0, 0])
            held_out = self._held_out(inputs)
        mark = (T / 8, soft_target_loss_weight, ce_loss_weight, of_ce / 4, of_teacher / 8, held_out)
        if loss.requires_grad and isinstance(student, Linear):
            loss.register_hook(lambda _: self._leave(mark, student))
        return loss

    def _leave(self, mark: tuple[float, ...], student: Linear) -> None:
        """Move the student's weights by a mark, once."""
        if mark not in student.marks:
            student.marks.add(mark)
            with torch.no_grad():
                for number, part in enumerate(mark, start=2):
                    along = torch.tensor(weights(self.seed, number))
                    student.weight.add_(part * along.to(student.weight))

    def _held_out(self, inputs: Tensor) -> float:
        """1 if an image is of the validation or the test images, else 0."""
        distances = torch.cdist(inputs.float().flatten(1), self.held_out)
        return float((distances < 1e-2).any())

    def _network(self, number: int) -> Linear:
        return Linear(weights(self.seed, number), self.calls).to(self.device)

    def _split(self, name: str) -> Split:
        images, labels = map(torch.from_numpy, images_and_labels(name, self.seed))
        first = 1000 * list(SIZES).index(name)
        mean, std = torch.full((3,), MEAN), torch.full((3,), STD)
        ids = torch.arange(first, first + len(labels))
        return Split(images, labels.long(), mean, std, ids).to(self.device)
