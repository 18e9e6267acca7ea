"""Not what a layer says but how things relate: layers (FSP) and samples (relational KD)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import DEAD, in_float32, unit
from kdlab.methods.shapes import expect_axes, expect_pair


@in_float32
def solution_flow(low_s: Tensor, high_s: Tensor, low_t: Tensor, high_t: Tensor) -> Tensor:
    r"""Mean squared difference of the matrices that tell how features flow from layer to layer.

    .. math:: G = \frac{1}{HW} F_{low} F_{high}^\top, \qquad
              \overline{(G^s - G^t)^2}

    Parameters
    ----------
    low_s, high_s : Tensor
        The student's maps of an early and of a late layer, ``(N, C_low, H, W)`` and
        ``(N, C_high, H, W)``. The larger of the two is average-pooled to the smaller.
    low_t, high_t : Tensor
        The teacher's; their numbers of channels must be the student's.

    Returns
    -------
    Tensor
        Scalar, 0 or above.

    Notes
    -----
    Yim 2017, "A gift from knowledge distillation", section 3 ("flow of the solution procedure").
    The paper pools by maximum and trains in two stages; code takes the mean over all elements, and
    pools by average.
    """
    expect_pair(("low_s", "low_t"), low_s, low_t, "N C H W", equal="N C")
    expect_pair(("high_s", "high_t"), high_s, high_t, "N C H W", equal="N C")
    expect_pair(("low_s", "high_s"), low_s, high_s, "N C H W", equal="N")
    return F.mse_loss(_flow(low_s, high_s), _flow(low_t.detach(), high_t.detach()))


def _flow(low: Tensor, high: Tensor) -> Tensor:
    """``(N, C_low, C_high)``."""
    height, width = map(min, low.shape[2:], high.shape[2:])
    low, high = (F.adaptive_avg_pool2d(each, (height, width)).flatten(2) for each in (low, high))
    return torch.bmm(low, high.transpose(1, 2)) / low.shape[2]


@in_float32
def relational_distance(e_s: Tensor, e_t: Tensor) -> Tensor:
    r"""Difference between the distances of all pairs of samples.

    .. math:: \frac{1}{N^2} \sum_{i,j} \ell(d^s_{ij} - d^t_{ij}), \qquad
              d_{ij} = \|e_i - e_j\| \,/\, \text{mean of the positive ones}

    with the smooth L1 (Huber) loss :math:`\ell`.

    Parameters
    ----------
    e_s, e_t : Tensor
        Embeddings of student and teacher, ``(N, D)``; D may differ.

    Returns
    -------
    Tensor
        Scalar, 0 or above; scaling all embeddings does not change it. One sample has no pair: 0.
        Two equal rows of the student get no gradient from their distance.

    Notes
    -----
    Park 2019, "Relational knowledge distillation", section 3.2 (distance-wise loss). Distances from
    products of the embeddings (the Gram trick) lose all digits of small distances in float32, so
    differences are taken first.
    """
    _expect_embeddings(e_s, e_t)
    return F.smooth_l1_loss(_distances(e_s), _distances(e_t.detach()))


def _distances(e: Tensor) -> Tensor:
    """``(N, N)``, with mean 1 over the pairs that differ."""
    exact = "donot_use_mm_for_euclid_dist"
    distance = torch.cdist(e, e, compute_mode=exact)
    differ = distance > 0
    mean = distance.sum() / differ.sum().clamp(min=1)
    alive = mean > DEAD
    return torch.where(alive, distance / torch.where(alive, mean, 1), 0)


@in_float32
def relational_angle(e_s: Tensor, e_t: Tensor) -> Tensor:
    r"""Difference between the angles of all triples of samples.

    .. math:: \frac{1}{N^3} \sum_{i,j,k} \ell(\cos^s_{ijk} - \cos^t_{ijk})

    with the cosine at sample i of the angle between the directions to samples j and k, and the
    smooth L1 (Huber) loss :math:`\ell`.

    Parameters
    ----------
    e_s, e_t : Tensor
        Embeddings of student and teacher, ``(N, D)``; D may differ.

    Returns
    -------
    Tensor
        Scalar, 0 or above; neither scale nor rotation of the embeddings changes it. Fewer than
        three samples have no angle: 0. Equal rows have no direction between them, and get no
        gradient.

    Notes
    -----
    Park 2019, section 3.2 (angle-wise loss). Takes memory for N·N·D and N³ values.
    """
    _expect_embeddings(e_s, e_t)
    return F.smooth_l1_loss(_angles(e_s), _angles(e_t.detach()))


def _angles(e: Tensor) -> Tensor:
    """Cosines, ``(N, N, N)``; the first axis is the corner."""
    largest = e.detach().abs().amax()
    difference = (e[None] - e[:, None]) / torch.where(largest > DEAD, largest, 1)  # (N, N, D)
    squared = difference.square().sum(2, keepdim=True)
    # A millionth of the largest value is the smallest difference that has a direction.
    apart = squared > DEAD**2
    inverse = torch.where(apart, torch.where(apart, squared, 1).rsqrt(), 0)  # (N, N, 1)
    directions = difference * inverse
    return torch.bmm(directions, directions.transpose(1, 2))


@in_float32
def similarity_preserving(f_s: Tensor, f_t: Tensor) -> Tensor:
    r"""Mean squared difference of the similarities of all pairs of samples.

    .. math:: \frac{1}{N^2} \|\tilde G^s - \tilde G^t\|_F^2, \qquad G = F F^\top

    with F the flattened features and :math:`\tilde G` the matrix with rows of length 1.

    Parameters
    ----------
    f_s, f_t : Tensor
        Feature maps or vectors of student and teacher, ``(N, …)``; all but N may differ.

    Returns
    -------
    Tensor
        Scalar, 0 or above; scaling all features does not change it. One sample is like itself: 0.
        A sample of zeros is like nobody, and gets no gradient of its own.

    Notes
    -----
    Tung, Mori 2019, "Similarity-preserving knowledge distillation". The rows are divided by their
    Euclidean norm; one library divides by the sum of absolute values.
    """
    f_s, f_t = (f.flatten(1) if f.ndim > 2 else f for f in (f_s, f_t))  # (N, D)
    expect_pair(("f_s", "f_t"), f_s, f_t, "N D", equal="N")
    g_s, g_t = (unit(f @ f.T) for f in (f_s, f_t.detach()))  # (N, N)
    return (g_s - g_t).square().sum() / len(f_s) ** 2


def _expect_embeddings(e_s: Tensor, e_t: Tensor) -> None:
    for name, tensor in (("e_s", e_s), ("e_t", e_t)):
        expect_axes(name, tensor, "N D")
    expect_pair(("e_s", "e_t"), e_s, e_t, "N D", equal="N")
