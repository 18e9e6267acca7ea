"""What a training step must return, said where it does not."""

from __future__ import annotations

import torch
from torch import Tensor

from kdlab.errors import TrainingError


def expect_a_loss(loss: object) -> None:
    if not isinstance(loss, Tensor):
        raise TrainingError(
            f"The step returned {type(loss).__name__} instead of a tensor."
            " Does it end with `return loss`?"
        )
    if loss.numel() != 1:
        raise TrainingError(
            f"The step returned a tensor of shape {tuple(loss.shape)}; a loss is one number."
            " Is the mean over the batch missing?"
        )
    if not loss.requires_grad:
        raise TrainingError(
            "The loss has no gradient. Was the student called under `torch.no_grad()`,"
            " or its output detached?"
        )


def expect_a_number(loss: Tensor, epoch: int, number: int) -> None:
    if not torch.isfinite(loss):
        raise TrainingError(
            f"The loss is {loss.item()} in epoch {epoch + 1}, batch {number + 1}. Often a logarithm"
            " of 0, or a division by 0: look at the values that go into it."
        )
