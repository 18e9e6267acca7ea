"""The teacher's answer in two parts: how sure it is, and what it thinks of the other classes."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.response import divergence
from kdlab.methods.shapes import expect_classes, expect_labels, expect_positive


@in_float32
def dkd(
    z: Tensor, v: Tensor, labels: Tensor, T: float = 4.0, alpha: float = 1.0, beta: float = 8.0
) -> Tensor:
    r"""Decoupled knowledge distillation: the target class against the rest, and the rest alone.

    .. math:: \frac{T^2}{N} \sum_n \big[ \alpha\, \mathrm{KL}(b^t_n \,\|\, b^s_n)
              + \beta\, \mathrm{KL}(\hat p^t_n \,\|\, \hat p^s_n) \big]

    with :math:`b = (p_y, 1 - p_y)` and :math:`\hat p` the softmax over the classes but y.

    Parameters
    ----------
    z, v : Tensor
        Logits of student and teacher, ``(N, C)``, of two or more classes.
    labels : Tensor
        The target classes y, integers ``(N,)``.
    T : float, default 4.0
        Temperature, above 0.
    alpha, beta : float, default 1.0 and 8.0
        Weights of the two parts. `soft_targets` is alpha = 1 with beta = 1 - p_y of the teacher, a
        weight that is smallest where the teacher is surest.

    Returns
    -------
    Tensor
        Scalar, 0 or above.

    Notes
    -----
    Zhao 2022, "Decoupled knowledge distillation". The authors' code takes the target out of the
    second part by adding -1000 to its logit; here it is left out. Exchanged alpha and beta go
    unnoticed where they are equal.
    """
    expect_classes(("z", "v"), z, v, "has no others")
    expect_labels(labels, z)
    expect_positive("T", T)
    z, v = z / T, v.detach() / T
    target = divergence(_against_the_rest(z, labels), _against_the_rest(v, labels))
    others = divergence(*(F.log_softmax(_others(each, labels), dim=1) for each in (z, v)))
    return (alpha * target + beta * others) * T**2


def _against_the_rest(logits: Tensor, labels: Tensor) -> Tensor:
    """The logarithms of the target's probability and of all others' together, ``(N, 2)``."""
    target = logits.gather(1, labels[:, None])  # (N, 1)
    rest = _others(logits, labels).logsumexp(1, keepdim=True)  # (N, 1)
    return F.log_softmax(torch.cat([target, rest], dim=1), dim=1)


def _others(logits: Tensor, labels: Tensor) -> Tensor:
    """The logits of all classes but the target, ``(N, C - 1)``."""
    classes = torch.arange(logits.shape[1], device=logits.device)
    return logits[classes != labels[:, None]].view(len(logits), -1)
