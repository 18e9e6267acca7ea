"""A network whose deepest part teaches its shallow parts: be your own teacher."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.response import soft_targets
from kdlab.methods.shapes import expect_labels
from labkit.errors import ConfigurationError, UnknownNameError


class SelfDistillation(nn.Module):
    r"""A network in sections, with a head behind each; the deepest head teaches the others.

    .. math:: \mathrm{CE}(z_C) + \sum_{i < C} \Big[ (1 - \alpha)\, \mathrm{CE}(z_i)
              + \alpha\, \mathrm{KL}(q_i \,\|\, q_C) + \lambda \|F_i - F_C\|^2 \Big]

    Parameters
    ----------
    sections : sequence of nn.Module
        The network's body, run one after the other.
    bottlenecks : sequence of nn.Module
        One fewer: each brings the map of a shallow section to the shape of the deepest one's.
    heads : sequence of nn.Module
        One for each section, from such a map to logits ``(N, classes)``. The last is deployed.
    alpha : float, default 0.1
        Share of the deepest head's prediction, 0 to 1; 0 (with ``feature_weight=0``) is deep
        supervision, the control.
    feature_weight : float, default 1e-4
        λ, of the squared distance summed over the map and averaged over the batch.
    variant : {"paper", "code"}
        The divergence as in the paper's formula, or the code's: `soft_targets` at T = 3, from the
        deepest head to the shallow one.

    Notes
    -----
    Zhang 2019, "Be your own teacher", section 3. Report deep supervision beside it: much of the
    gain may come from the heads alone. The code that circulates with the paper has α = 0.1 and a λ
    of 1e-6 on a sum over the batch, which for 128 images is about 1e-4 here. Logits and map of the
    deepest section are detached where they teach.
    """

    def __init__(
        self,
        sections: Sequence[nn.Module],
        bottlenecks: Sequence[nn.Module],
        heads: Sequence[nn.Module],
        alpha: float = 0.1,
        feature_weight: float = 1e-4,
        variant: str = "paper",
    ) -> None:
        super().__init__()
        if len(sections) < 2 or len(heads) != len(sections):
            raise ConfigurationError(
                f"{len(sections)} sections and {len(heads)} heads: give at least two sections, "
                "and a head for each."
            )
        if len(bottlenecks) != len(sections) - 1:
            raise ConfigurationError(
                f"{len(bottlenecks)} bottlenecks for {len(sections)} sections: each section but "
                "the last needs one."
            )
        if variant not in ("paper", "code"):
            raise UnknownNameError("variant", variant, ("paper", "code"))
        self.sections, self.heads = nn.ModuleList(sections), nn.ModuleList(heads)
        self.bottlenecks = nn.ModuleList([*bottlenecks, nn.Identity()])
        self.alpha, self.feature_weight, self.variant = alpha, feature_weight, variant

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the deepest head ``(N, C)``, of all ``(K, N, C)``, and maps ``(K, N, …)``."""
        maps = []
        for section, bottleneck in zip(self.sections, self.bottlenecks, strict=True):
            inputs = section(inputs)
            maps.append(bottleneck(inputs))
        logits = [head(each) for head, each in zip(self.heads, maps, strict=True)]
        return logits[-1], torch.stack(logits), torch.stack(maps)

    def terms(
        self, outputs: tuple[Tensor, Tensor, Tensor], labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What the labels say, and what the deepest section teaches: two scalars.

        Parameters
        ----------
        outputs : tuple
            What `forward` returned.
        labels : Tensor
            ``(N,)``.
        """
        deepest, logits, maps = outputs
        expect_labels(labels, deepest)
        return (
            _task(logits, labels, self.alpha),
            _taught(logits, maps, self.alpha, self.feature_weight, self.variant),
        )

    def loss(self, outputs: tuple[Tensor, Tensor, Tensor], labels: Tensor) -> Tensor:
        """The sum of the two `terms`."""
        task, taught = self.terms(outputs, labels)
        return task + taught


@in_float32
def _task(logits: Tensor, labels: Tensor, alpha: float) -> Tensor:
    shallow = sum(F.cross_entropy(each, labels) for each in logits[:-1])
    return F.cross_entropy(logits[-1], labels) + (1 - alpha) * shallow


@in_float32
def _taught(logits: Tensor, maps: Tensor, alpha: float, weight: float, variant: str) -> Tensor:
    deepest, target = logits[-1].detach(), maps[-1].detach()
    total = 0 * logits.sum()
    for each, its_map in zip(logits[:-1], maps[:-1], strict=True):
        divergence = (
            _divergence(each, deepest) if variant == "paper" else soft_targets(each, deepest, T=3)
        )
        distance = (its_map - target).square().sum() / len(its_map)
        total = total + alpha * divergence + weight * distance
    return total


def _divergence(z: Tensor, v: Tensor) -> Tensor:
    """KL(student ‖ teacher): the other way round than in `soft_targets`."""
    log_q, log_p = F.log_softmax(z, dim=1), F.log_softmax(v, dim=1)  # (N, C)
    return F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
