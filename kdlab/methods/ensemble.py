"""Branches of one network that are taught by their own ensemble (ONE)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.methods.adapters import own_stream
from kdlab.methods.arithmetic import in_float32, total
from kdlab.methods.response import soft_targets
from kdlab.methods.shapes import expect_labels
from labkit.errors import ConfigurationError


class NativeEnsemble(nn.Module):
    r"""A shared trunk with branches; a gate weighs their logits, and the result teaches each.

    .. math:: \sum_k \mathrm{CE}(z_k) + \mathrm{CE}(e)
              + w(t)\, T^2 \sum_k \mathrm{KL}(e \,\|\, z_k), \qquad e = \sum_k g_k z_k,
              \quad w(t) = \exp(-5 (1 - t/80)^2)

    Parameters
    ----------
    trunk : nn.Module
        Images to a shared feature map ``(N, C, H, W)``.
    branches : sequence of nn.Module
        Each takes the map to logits ``(N, classes)``; three in the paper. The first is deployed.
    channels : int
        Channels of the shared map; the gate sees its mean over positions.
    T : float, default 3.0
        Temperature of the divergence.
    ramp_epochs : int, default 80
        When the weight w(t) reaches 1.
    seed : int, default 0
        Of the gate's weights.

    Notes
    -----
    Lan, Zhu, Gong 2018, "Knowledge distillation by on-the-fly native ensemble", section 3. The
    paper's gate has batch normalisation and a ReLU before its softmax, and so cannot see a single
    image; here it is linear. The ensemble's prediction is detached where it teaches.
    """

    def __init__(
        self,
        trunk: nn.Module,
        branches: Sequence[nn.Module],
        channels: int,
        T: float = 3.0,
        ramp_epochs: int = 80,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if len(branches) < 2:
            raise ConfigurationError(f"{len(branches)} branch is no ensemble. Give at least two.")
        self.trunk, self.branches = trunk, nn.ModuleList(branches)
        self.T, self.ramp_epochs = T, ramp_epochs
        with own_stream(seed):
            self.gate = nn.Linear(channels, len(branches))

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the first branch ``(N, C)``, of all ``(K, N, C)``, and of the ensemble."""
        shared = self.trunk(inputs)  # (N, channels, H, W)
        logits = torch.stack([branch(shared) for branch in self.branches])  # (K, N, C)
        weights = self.gate(shared.mean((2, 3))).softmax(1)  # (N, K)
        return logits[0], logits, torch.einsum("nk,knc->nc", weights, logits)

    def ramp(self, epoch: float) -> float:
        """w(t): the weight of what the ensemble teaches, small at first."""
        left = max(0.0, 1 - epoch / self.ramp_epochs)
        return math.exp(-5 * left**2)

    def terms(
        self, outputs: tuple[Tensor, Tensor, Tensor], labels: Tensor, epoch: float
    ) -> tuple[Tensor, Tensor]:
        """What the labels say, and what the ensemble teaches (with its weight): two scalars.

        Parameters
        ----------
        outputs : tuple
            What `forward` returned.
        labels : Tensor
            ``(N,)``.
        epoch : float
            How many epochs are done.
        """
        _, logits, ensemble = outputs
        expect_labels(labels, ensemble)
        return _task(logits, ensemble, labels), self.ramp(epoch) * _taught(
            logits, ensemble, self.T
        )

    def loss(
        self, outputs: tuple[Tensor, Tensor, Tensor], labels: Tensor, epoch: float
    ) -> Tensor:
        """The sum of the two `terms`."""
        task, taught = self.terms(outputs, labels, epoch)
        return task + taught


@in_float32
def _task(logits: Tensor, ensemble: Tensor, labels: Tensor) -> Tensor:
    return total(F.cross_entropy(each, labels) for each in (*logits, ensemble))


@in_float32
def _taught(logits: Tensor, ensemble: Tensor, T: float) -> Tensor:
    return total(soft_targets(each, ensemble, T) for each in logits)
