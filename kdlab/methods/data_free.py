"""Distillation when the images are gone: only statistics of the teacher's layers are left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.evaluation import evaluating
from kdlab.methods.arithmetic import in_float32
from kdlab.methods.hooks import call_with_features
from labkit.errors import ConfigurationError


@dataclass(frozen=True, eq=False)
class Metadata:
    """What is kept of the training images: a few numbers for each layer.

    Attributes
    ----------
    layers : tuple of str
        Module paths.
    means, stds : list of Tensor
        Of each layer's channels over images and positions, ``(C,)``.
    logit_mean, logit_covariance : Tensor
        ``(classes,)`` and ``(classes, classes)``.
    image_shape : tuple of int
        Such as ``(3, 32, 32)``.
    """

    layers: tuple[str, ...]
    means: list[Tensor]
    stds: list[Tensor]
    logit_mean: Tensor
    logit_covariance: Tensor
    image_shape: tuple[int, ...]


class DataFree:
    r"""Images whose activations have the recorded statistics, made by gradient descent.

    .. math:: \min_x \; \overline{(z(x) - z^*)^2} / \overline{\mathrm{var}(z)}
              + \sum_l \overline{(\mu_l(x) - \mu_l)^2 + (\sigma_l(x) - \sigma_l)^2}
              / \overline{\sigma_l^2}

    with logits z* drawn from the recorded Gaussian, and mean and standard deviation of each channel
    over the images that are made together.

    Parameters
    ----------
    teacher : nn.Module
        It is called in eval mode; its parameters get no gradient.
    metadata : Metadata
        What `record` returned when the images were still there.

    Notes
    -----
    Lopes, Fenu, Starner 2017, "Data-free knowledge distillation for deep neural networks", from its
    activation records of the top layer and of all layers. The paper records means and covariances
    of activations; here the covariance is kept for the logits alone.
    """

    def __init__(self, teacher: nn.Module, metadata: Metadata) -> None:
        self.teacher, self.metadata = teacher, metadata

    @staticmethod
    def record(
        teacher: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], layers: Sequence[str]
    ) -> Metadata:
        """The statistics of a teacher's layers on its training images; labels are not looked at."""
        logits, counts = [], 0
        sums, squares = ([torch.zeros(())] * len(layers) for _ in range(2))
        with evaluating(teacher):
            for inputs, _ in batches:
                outputs, features = call_with_features(teacher, inputs, layers)
                logits.append(outputs.float())
                counts += len(inputs)
                for place, each in enumerate(features):
                    channels = _channels(each.float())  # (C, M)
                    sums[place] = sums[place] + channels.mean(1) * len(inputs)
                    squares[place] = squares[place] + channels.square().mean(1) * len(inputs)
        if counts < 2:
            raise ConfigurationError(f"{counts} images have no statistics. Record at least two.")
        means = [each / counts for each in sums]
        stds = [
            (square / counts - mean.square()).clamp(min=0).sqrt()
            for square, mean in zip(squares, means, strict=True)
        ]
        table = torch.cat(logits)  # (images, classes)
        shape = tuple(inputs.shape[1:])
        return Metadata(tuple(layers), means, stds, table.mean(0), torch.cov(table.T), shape)

    def draw_logits(self, n: int, seed: int = 0) -> Tensor:
        """Logits from the recorded Gaussian, ``(n, classes)``."""
        mean, covariance = self.metadata.logit_mean, self.metadata.logit_covariance
        jitter = 1e-4 * covariance.diagonal().mean() * torch.eye(len(mean), device=mean.device)
        factor: Tensor = torch.linalg.cholesky(covariance + jitter)  # (C, C)
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(n, len(mean), generator=generator).to(mean.device)
        return mean + noise @ factor.T

    def reconstruct(
        self, n: int, steps: int = 100, learning_rate: float = 0.1, seed: int = 0
    ) -> Tensor:
        """Make `n` images, ``(n, 3, H, W)``, normalised as the recorded ones were.

        Parameters
        ----------
        n : int
            They are made together, and share the statistics; 100 to 500 is a good number.
        steps : int, default 100
            Of Adam.
        learning_rate : float, default 0.1
            In standard deviations of a pixel.
        seed : int, default 0
        """
        target = self.draw_logits(n, seed)
        generator = torch.Generator().manual_seed(seed)
        images = torch.randn(n, *self.metadata.image_shape, generator=generator) * 0.5
        images = images.to(target.device).requires_grad_()
        optimizer = torch.optim.Adam([images], lr=learning_rate)
        with evaluating(self.teacher), torch.enable_grad():
            for _ in range(steps):
                outputs, features = call_with_features(self.teacher, images, self.metadata.layers)
                loss = _mismatch(outputs, target, features, self.metadata)
                (images.grad,) = torch.autograd.grad(loss, images)
                optimizer.step()
        return images.detach()


@in_float32
def _mismatch(logits: Tensor, target: Tensor, features: list[Tensor], wanted: Metadata) -> Tensor:
    spread = wanted.logit_covariance.diagonal().mean()
    total = F.mse_loss(logits, target) / spread.clamp(min=1e-12)
    for each, mean, std in zip(features, wanted.means, wanted.stds, strict=True):
        channels = _channels(each)  # (C, M)
        off = (channels.mean(1) - mean).square().mean()
        # The variance's root is steep at 0, where a channel is dead on all images.
        spread = (channels.var(1, correction=0) + 1e-12).sqrt()
        off = off + (spread - std).square().mean()
        total = total + off / std.square().mean().clamp(min=1e-12)
    return total


def _channels(features: Tensor) -> Tensor:
    """``(N, C, …)`` as ``(C, everything else)``."""
    return features.transpose(0, 1).flatten(1)
