"""How the teachers are trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.checkpoints import Checkpoints
from kdlab.data import ImageData
from kdlab.history import History
from kdlab.models import TeacherCNN
from kdlab.training import Augmentation, Schedule, constant, fit, one_cycle

Network = TypeVar("Network", bound=nn.Module)


def augment(inputs: Tensor, generator: torch.Generator, reach: int = 3) -> Tensor:
    """Shift each image by up to ``reach`` pixels and permute its colour channels.

    A digit is the same digit in every colour, so the permutation adds images without changing
    labels. The large teacher gains from it; the small student loses (lab 1 shows both).

    Parameters
    ----------
    inputs : Tensor
        Normalised images, ``(N, 3, H, W)``.
    generator : torch.Generator
        Random numbers, on the CPU.
    reach : int, default 3
        Largest shift in pixels; the border is filled by reflection.
    """
    n, channels, height, width = inputs.shape
    padded = F.pad(inputs, (reach,) * 4, mode="reflect")  # (N, 3, H + 2·reach, W + 2·reach)
    corner = torch.randint(0, 2 * reach + 1, (2, n, 1), generator=generator).to(inputs.device)
    rows = corner[0] + torch.arange(height, device=inputs.device)  # (N, H)
    columns = corner[1] + torch.arange(width, device=inputs.device)  # (N, W)
    order = torch.rand(n, channels, generator=generator).argsort(1).to(inputs.device)  # (N, 3)
    image = torch.arange(n, device=inputs.device)[:, None, None, None]
    return padded[
        image, order[:, :, None, None], rows[:, None, :, None], columns[:, None, None, :]
    ]  # (N, 3, H, W)


@dataclass(frozen=True)
class Recipe:
    """How a teacher is trained, with cross-entropy and Adam. As it stands: the lecture's way.

    Attributes
    ----------
    epochs : int
        Passes over the training images.
    rate : float, default 1e-3
        The learning rate, at its largest.
    schedule : callable, default constant
        Factor of the learning rate, given the share of the training that is done.
    augment : callable, optional
        ``augment(inputs, generator)`` changes the images of a batch; default: as they are.
    """

    epochs: int
    rate: float = 1e-3
    schedule: Schedule = constant
    augment: Augmentation | None = None


#: Of the teachers that come with the package, by the name of the data set. At a constant rate the
#: accuracy of CIFAR-10's still moves by two points from one epoch to the next when it ends; a rate
#: that falls to 0 brings it to rest. It sees the images as its students do, unchanged.
RECIPES = {
    "digits-m": Recipe(16, 2e-3, one_cycle, augment),
    "cifar10": Recipe(10, 2e-3, one_cycle),
}


def train_teacher(
    data: ImageData,
    recipe: Recipe,
    *,
    seed: int = 0,
    checkpoints: Checkpoints | None = None,
    progress: bool = True,
) -> tuple[TeacherCNN, History]:
    """Train the lecture's teacher with cross-entropy.

    Parameters
    ----------
    data : ImageData
        The images, on the device on which to train.
    recipe : Recipe
    seed : int, default 0
        Of the first weights, the order of the images and dropout.
    checkpoints : Checkpoints, optional
        If given, an interrupted training is resumed after its last whole epoch.

    Returns
    -------
    teacher : TeacherCNN
        In eval mode, its parameters frozen.
    history : History
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        teacher = TeacherCNN(len(data.classes)).to(data.train.images.device)
    cross_entropy = nn.CrossEntropyLoss()
    history = fit(
        lambda model, inputs, labels: cross_entropy(model(inputs), labels),
        teacher,
        data.train.batches(shuffle=True, seed=seed),
        epochs=recipe.epochs,
        learning_rate=recipe.rate,
        schedule=recipe.schedule,
        augment=recipe.augment,
        validation=data.validation.batches(1000),
        seed=seed,
        checkpoints=checkpoints,
        title="teacher",
        progress=progress,
    )
    return freeze(teacher), history


def freeze(teacher: Network) -> Network:
    """Eval mode, no parameter trainable, memory in the plain order."""
    return teacher.eval().requires_grad_(False).to(memory_format=torch.contiguous_format)
