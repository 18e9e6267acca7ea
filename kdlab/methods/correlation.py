"""How the answers of student and teacher vary together, and not how far apart they are."""

from __future__ import annotations

import torch
from torch import Tensor

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.shapes import expect_classes, expect_positive

#: Added to the product of two norms, as in the authors' code.
EPSILON = 1e-8


@in_float32
def dist(z: Tensor, v: Tensor, T: float = 1.0, beta: float = 1.0, gamma: float = 1.0) -> Tensor:
    r"""One minus the correlation of the predictions: over the classes, and over the batch.

    .. math:: T^2 \Big[ \beta\, \frac1N \sum_n (1 - \rho(q_{n\cdot}, p_{n\cdot}))
              + \gamma\, \frac1C \sum_c (1 - \rho(q_{\cdot c}, p_{\cdot c})) \Big]

    with Pearson's correlation :math:`\rho` of the softened predictions q and p.

    Parameters
    ----------
    z, v : Tensor
        Logits of student and teacher, ``(N, C)``, of two or more classes.
    T : float, default 1.0
        Temperature, above 0.
    beta, gamma : float, default 1.0
        Weights of the relations between classes, and of those between samples.

    Returns
    -------
    Tensor
        Scalar, 0 or above; nearly 0 for equal predictions. A row or a class in which nothing
        varies has no correlation: it counts 1, as for each class of a batch of one.

    Notes
    -----
    Huang 2022, "Knowledge distillation from a stronger teacher". The factor T² is that of the
    authors' code; the formula in the paper's appendix has none. Their code adds 1e-8 to the product
    of the norms, which matters where a class hardly varies within a batch.
    """
    expect_classes(("z", "v"), z, v, "cannot vary")
    expect_positive("T", T)
    q, p = (torch.softmax(each / T, dim=1) for each in (z, v.detach()))  # (N, C)
    between_classes = (1 - _correlation(q, p)).mean()
    between_samples = (1 - _correlation(q.T, p.T)).mean()
    return (beta * between_classes + gamma * between_samples) * T**2


def _correlation(x: Tensor, y: Tensor) -> Tensor:
    """Pearson's, of each row with the same one of the other, ``(rows,)``."""
    x, y = (each - each.mean(1, keepdim=True) for each in (x, y))
    norms = torch.linalg.vector_norm(x, dim=1) * torch.linalg.vector_norm(y, dim=1)
    correlation: Tensor = (x * y).sum(1) / (norms + EPSILON)
    return correlation
