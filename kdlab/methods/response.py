"""What the teacher answers: soft targets and logits."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.shapes import expect_pair, expect_positive


@in_float32
def soft_targets(z: Tensor, v: Tensor, T: float = 4.0) -> Tensor:
    r"""Kullback-Leibler divergence from the teacher's to the student's softened predictions.

    .. math:: \frac{T^2}{N} \sum_n \mathrm{KL}(p_n \,\|\, q_n), \quad
              p_n = \mathrm{softmax}(v_n / T), \; q_n = \mathrm{softmax}(z_n / T)

    Parameters
    ----------
    z : Tensor
        Student's logits, ``(N, C)``.
    v : Tensor
        Teacher's logits, ``(N, C)``; they get no gradient.
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
    return F.kl_div(log_q, log_p, reduction="batchmean", log_target=True) * T**2


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
