"""More than one teacher: their mean prediction, and their vote on what is more alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.shapes import expect_pair, expect_positive
from labkit.errors import ConfigurationError


@in_float32
def average_teachers(logits: Sequence[Tensor], T: float = 4.0) -> Tensor:
    r"""Logits of the teacher whose softened probabilities are the mean of several teachers'.

    .. math:: v = T \log\Big( \frac1K \sum_k \mathrm{softmax}(v_k / T) \Big)

    Parameters
    ----------
    logits : sequence of Tensor
        Of K teachers on the same images, ``(N, C)`` each.
    T : float, default 4.0
        Temperature, above 0; give the same one to `soft_targets`.

    Returns
    -------
    Tensor
        ``(N, C)``, without a gradient: ``softmax(v / T)`` is the mean. For
        ``soft_targets(z, average_teachers(logits, T), T)``.

    Notes
    -----
    Hinton, Vinyals, Dean 2015, section 3 (ensembles); You 2017, "Learning from multiple teacher
    networks". The mean of the *logits*, which some code takes, is the geometric mean of the
    probabilities: another teacher.
    """
    if not logits:
        raise ConfigurationError("logits is empty. Give the logits of at least one teacher.")
    expect_positive("T", T)
    for place, each in enumerate(logits):
        expect_pair((f"logits[{place}]", "logits[0]"), each, logits[0], "N K")
    softened = torch.stack([F.log_softmax(each.detach() / T, dim=1) for each in logits])
    return T * (torch.logsumexp(softened, dim=0) - math.log(len(logits)))


@in_float32
def relative_triplet(
    e_s: Tensor,
    e_t: Sequence[Tensor],
    margin: float = 0.2,
    triplets: Tensor | None = None,
) -> Tensor:
    r"""Hinge loss that orders the student's distances as most teachers order theirs.

    .. math:: \frac1M \sum_{(i, +, -)} \max\big(0,\; \|e_i - e_+\| - \|e_i - e_-\| + m\big)

    Parameters
    ----------
    e_s : Tensor
        The student's embeddings on an intermediate layer, ``(N, D)``.
    e_t : sequence of Tensor
        Each teacher's, ``(N, D_k)``; the D may differ.
    margin : float, default 0.2
        m, 0 or above, in units of the student's distances.
    triplets : Tensor, optional
        Rows ``(i, j, k)`` of int64, ``(M, 3)``. The teachers decide whether j or k is the nearer
        one. Default: each sample with the two that follow it in the batch.

    Returns
    -------
    Tensor
        Scalar, 0 or above. Fewer than three samples have no triplet: 0.

    Notes
    -----
    You 2017, relative dissimilarity of intermediate layers, with voting. If the votes are equal,
    the sum of the teachers' differences decides, each relative to its mean distance. The members
    are exchanged by their indices, in a new tensor: exchanging ``a, b = x[0], x[1]`` exchanges
    nothing, since both are views of x.
    """
    if not e_t:
        raise ConfigurationError("e_t is empty. Give the embeddings of at least one teacher.")
    for place, each in enumerate(e_t):
        expect_pair(("e_s", f"e_t[{place}]"), e_s, each, "N D", equal="N")
    if triplets is None:
        triplets = _neighbours(len(e_s), e_s.device)
    elif triplets.ndim != 2 or triplets.shape[1] != 3 or triplets.is_floating_point():
        raise ConfigurationError(
            f"triplets has shape {tuple(triplets.shape)} and dtype {triplets.dtype}; "
            "indices of shape (M, 3) are needed."
        )
    if len(triplets) == 0:
        return 0 * e_s.sum()
    anchor, near, far = ordered_by_teachers(e_t, triplets).T
    return F.relu(_distance(e_s, anchor, near) - _distance(e_s, anchor, far) + margin).mean()


def ordered_by_teachers(e_t: Sequence[Tensor], triplets: Tensor) -> Tensor:
    """Triplets (anchor, nearer, farther) as the teachers see them, ``(M, 3)``."""
    anchor, j, k = triplets.T
    votes = strength = e_t[0].new_zeros(len(triplets))  # (M,)
    for embeddings in e_t:
        embeddings = embeddings.detach()
        to_j, to_k = (_distance(embeddings, anchor, other) for other in (j, k))  # (M,)
        votes = votes + torch.sign(to_j - to_k)
        strength = strength + (to_j - to_k) / (to_j + to_k).mean().clamp(min=1e-12)
    k_is_nearer = torch.where(votes == 0, strength, votes) > 0  # (M,)
    near, far = torch.where(k_is_nearer, k, j), torch.where(k_is_nearer, j, k)
    return torch.stack([anchor, near, far], dim=1)


def _neighbours(n: int, device: torch.device) -> Tensor:
    """Each index with the two that follow it, in a circle."""
    if n < 3:
        return torch.empty(0, 3, dtype=torch.int64, device=device)
    index = torch.arange(n, device=device)
    return torch.stack([index, index.roll(-1), index.roll(-2)], dim=1)


def _distance(e: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Lengths of the differences, ``(M,)``; of equal rows 0, without a gradient."""
    lengths: Tensor = torch.linalg.vector_norm(e[first] - e[second], dim=1)
    return lengths
