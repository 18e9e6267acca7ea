"""Students that teach each other: deep mutual learning."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32, total
from kdlab.methods.response import soft_targets
from kdlab.methods.shapes import expect_labels, expect_pair
from labkit.errors import ConfigurationError


@in_float32
def mutual_learning(logits: Sequence[Tensor], labels: Tensor) -> Tensor:
    r"""Sum over the networks of cross-entropy and mean divergence from the peers' predictions.

    .. math:: \sum_i \Big[ \mathrm{CE}_i + \frac{1}{K-1} \sum_{j \ne i}
              \mathrm{KL}(p_j \,\|\, p_i) \Big]

    Parameters
    ----------
    logits : sequence of Tensor
        Of K networks on the same images, ``(N, C)`` each; at least two.
    labels : Tensor
        ``(N,)``.

    Returns
    -------
    Tensor
        Scalar, 0 or above. Each peer's prediction is detached, so the sum gives every network the
        gradient of its own loss.

    Notes
    -----
    Zhang 2018, "Deep mutual learning", section 2; temperature 1, networks updated on the same
    batch. Without detaching, a network would also be drawn to make its peers right.
    """
    if len(logits) < 2:
        raise ConfigurationError(f"{len(logits)} network has no peer. Give the logits of two.")
    expect_labels(labels, logits[0])
    for place, each in enumerate(logits[1:], start=1):
        expect_pair((f"logits[{place}]", "logits[0]"), each, logits[0], "N K")
    loss = total(F.cross_entropy(each, labels) for each in logits)
    for place, mine in enumerate(logits):
        peers = [*logits[:place], *logits[place + 1 :]]
        loss = loss + total(soft_targets(mine, peer, T=1) for peer in peers) / len(peers)
    return loss
