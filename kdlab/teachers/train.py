"""How the teachers are trained."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.checkpoints import Checkpoints
from kdlab.data import ImageData
from kdlab.history import History
from kdlab.models import TeacherCNN
from kdlab.training import constant, fit, one_cycle

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


def train_teacher(
    data: ImageData,
    epochs: int,
    *,
    seed: int = 0,
    augmented: bool,
    checkpoints: Checkpoints | None = None,
    progress: bool = True,
) -> tuple[TeacherCNN, History]:
    """Train the lecture's teacher with cross-entropy.

    Parameters
    ----------
    data : ImageData
        The images, on the device on which to train.
    epochs : int
        Passes over the training images.
    augmented : bool
        False: the lecture's recipe, Adam at 1e-3 on the images as they are. True: `augment`, and a
        learning rate that rises to 2e-3 and falls to 0.

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
        epochs=epochs,
        learning_rate=2e-3 if augmented else 1e-3,
        schedule=one_cycle if augmented else constant,
        augment=augment if augmented else None,
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
