"""What the teacher answers: soft targets, plain and standardised, and logits."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32, with_masked_classes
from kdlab.methods.shapes import expect_classes, expect_pair, expect_positive
from labkit.errors import UnknownNameError


@with_masked_classes
def soft_targets(z: Tensor, v: Tensor, T: float = 4.0) -> Tensor:
    r"""Kullback-Leibler divergence from the teacher's to the student's softened predictions.

    .. math:: \frac{T^2}{N} \sum_n \mathrm{KL}(p_n \,\|\, q_n), \quad
              p_n = \mathrm{softmax}(v_n / T), \; q_n = \mathrm{softmax}(z_n / T)

    Parameters
    ----------
    z : Tensor
        Student's logits, ``(N, C)``.
    v : Tensor
        Teacher's logits, ``(N, C)``; they get no gradient. A class with -inf is masked: the teacher
        gives it no probability, and its term is 0.
    T : float, default 4.0
        Temperature, above 0.

    Returns
    -------
    Tensor
        Scalar, 0 or above; 0 if the rows differ by a constant each. Its gradient is
        ``(T / N) * (q - p)``.

    Notes
    -----
    Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network", section 2. The
    factor T² keeps the balance with the cross-entropy when T changes. Implementations disagree:
    ``KLDivLoss()`` with its default reduction divides by N·C and is C times too weak; some multiply
    by T; some leave the teacher's entropy in (same gradient, another value); ``p * (p.log() - …)``
    written by hand is NaN where a probability underflows to 0.
    """
    expect_pair(("z", "v"), z, v, "N K")
    expect_positive("T", T)
    log_q = F.log_softmax(z / T, dim=1)  # (N, C)
    log_p = F.log_softmax(v.detach() / T, dim=1)  # (N, C)
    return divergence(log_q, log_p) * T**2


def divergence(log_q: Tensor, log_p: Tensor) -> Tensor:
    """Kullback-Leibler divergence from p to q, ``(N, C)`` as logarithms, the mean over the batch.

    Where p is 0, its term is 0, whatever q is.
    """
    possible = log_p > -torch.inf
    terms = log_p.exp() * (log_p - torch.where(possible, log_q, 0))  # (N, C)
    return torch.where(possible | log_p.isnan(), terms, 0).sum() / len(log_q)


@in_float32
def standardised_soft_targets(
    z: Tensor, v: Tensor, T: float = 2.0, variant: str = "code"
) -> Tensor:
    r"""`soft_targets` of logits that were brought to mean 0 and standard deviation 1, row by row.

    .. math:: \frac{T^2}{N} \sum_n \mathrm{KL}\big(\mathrm{softmax}(\bar v_n / T) \,\|\,
              \mathrm{softmax}(\bar z_n / T)\big), \quad \bar z_n = (z_n - \mu_n) / \sigma_n

    Parameters
    ----------
    z, v : Tensor
        Logits of student and teacher, ``(N, C)``, of two or more classes.
    T : float, default 2.0
        The base temperature, above 0.
    variant : {"code", "paper"}
        The standard deviation: with C - 1 and 1e-7 added, or with C and nothing added.

    Returns
    -------
    Tensor
        Scalar, 0 or above; scaling a row, or adding a constant to it, does not change it.

    Notes
    -----
    Sun 2024, "Logit standardization in knowledge distillation": the student matches the relations
    of the teacher's logits and need not match their size. The standard deviation has its gradient,
    as in the authors' code.
    """
    expect_classes(("z", "v"), z, v, "has no standard deviation")
    if variant not in ("code", "paper"):
        raise UnknownNameError("variant", variant, ("code", "paper"))
    return soft_targets(_standardised(z, variant), _standardised(v.detach(), variant), T)


def _standardised(logits: Tensor, variant: str) -> Tensor:
    """``(N, C)``."""
    code = variant == "code"
    spread = logits.std(1, keepdim=True, correction=1 if code else 0)
    return (logits - logits.mean(1, keepdim=True)) / (spread + (1e-7 if code else 0))


@in_float32
def logit_matching(z: Tensor, v: Tensor) -> Tensor:
    r"""Half the mean squared difference of the logits, each row about its own mean.

    .. math:: \frac{1}{2NC} \sum_{n,c} (\tilde z_{nc} - \tilde v_{nc})^2, \quad
              \tilde z_{nc} = z_{nc} - \tfrac1C \sum_k z_{nk}

    Parameters
    ----------
    z, v : Tensor
        Logits of student and teacher, ``(N, C)``.

    Returns
    -------
    Tensor
        Scalar, 0 or above.

    Notes
    -----
    Hinton, Vinyals, Dean 2015, equation 4: the limit of `soft_targets` for large T. It is the limit
    only on rows of mean 0, so the means are taken off; on raw logits (as Ba and Caruana 2014 match
    them) the two differ at any T.
    """
    expect_pair(("z", "v"), z, v, "N K")
    difference = z - v.detach()  # (N, C)
    return (difference - difference.mean(1, keepdim=True)).square().mean() / 2
