"""Which images and positions a neuron answers to: neuron selectivity transfer."""

from __future__ import annotations

import torch
from torch import Tensor

from kdlab.methods.arithmetic import in_float32, unit
from kdlab.methods.shapes import expect_pair


@in_float32
def neuron_selectivity(f_s: Tensor, f_t: Tensor) -> Tensor:
    r"""Squared maximum mean discrepancy between the channels of student and teacher.

    Each channel, normalised over its positions, is a sample; the kernel is polynomial.

    .. math:: \frac1N \sum_n \Big[ \overline{k(t_i, t_j)} + \overline{k(s_i, s_j)}
              - 2\, \overline{k(s_i, t_j)} \Big], \qquad k(x, y) = (x^\top y)^2

    Parameters
    ----------
    f_s, f_t : Tensor
        Feature maps of student and teacher, ``(N, C, H, W)``. The numbers of channels may differ.

    Returns
    -------
    Tensor
        Scalar, 0 or above; the scale of a channel does not change it. Dead channels count as
        zeros and get no gradient.

    Notes
    -----
    Huang, Wang 2017, "Like what you like: knowledge distill via neuron selectivity transfer", with
    its polynomial kernel, d = 2 and c = 0. Much code broadcasts to N·C·C·HW values; the products of
    all pairs are a matrix product with N·C·C.
    """
    expect_pair(("f_s", "f_t"), f_s, f_t, "N C H W", equal="N H W")
    s = unit(f_s.flatten(2))  # (N, C_s, HW)
    t = unit(f_t.detach().flatten(2))  # (N, C_t, HW)
    return _kernel_mean(t, t) + _kernel_mean(s, s) - 2 * _kernel_mean(s, t)


def _kernel_mean(x: Tensor, y: Tensor) -> Tensor:
    return torch.bmm(x, y.transpose(1, 2)).square().mean()  # of (N, C_x, C_y)
