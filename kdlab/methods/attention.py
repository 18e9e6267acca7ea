"""Where a network looks: its activations summed over channels, or the loss's input gradient."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import DEAD, in_float32, unit
from kdlab.methods.shapes import expect_axes, expect_labels, expect_pair
from labkit.errors import ConfigurationError, UnknownNameError


@in_float32
def attention_transfer(f_s: Tensor, f_t: Tensor, p: float = 2, variant: str = "code") -> Tensor:
    r"""Difference between the normalised attention maps of student and teacher.

    .. math:: Q = \frac{A}{\|A\|_2}, \; A = \frac1C \sum_c |f_c|^p, \qquad
              \text{code: } \frac{1}{NHW} \sum (Q^s - Q^t)^2, \quad
              \text{paper: } \frac1N \sum_n \|Q^s_n - Q^t_n\|_2

    Parameters
    ----------
    f_s, f_t : Tensor
        Feature maps of student and teacher, ``(N, C, H, W)``. The numbers of channels may differ;
        of maps of different size the attention of the larger one is average-pooled.
    p : float, default 2
        Power of the absolute activations, at least 1.
    variant : {"code", "paper"}
        The mean of the squared differences, or the mean length of the difference.

    Returns
    -------
    Tensor
        Scalar, 0 or above; the scale of a map does not change it. A map of zeros has attention
        nowhere, and gets no gradient.

    Notes
    -----
    Zagoruyko, Komodakis 2017, "Paying more attention to attention", section 3.1 (activation-based
    attention transfer), which has the length of the difference; the authors' code has the mean
    square, with p = 2. The lecture's form has p = 1. Code that drops the absolute value is right
    for p = 2 and wrong for p = 1.
    """
    expect_pair(("f_s", "f_t"), f_s, f_t, "N C H W", equal="N")
    if p < 1:
        raise ConfigurationError(f"p={p!r} must be at least 1: smaller powers are steep at 0.")
    if variant not in ("code", "paper"):
        raise UnknownNameError("variant", variant, ("code", "paper"))
    height, width = map(min, f_s.shape[2:], f_t.shape[2:])
    q_s, q_t = (_attention(each, p, (height, width)) for each in (f_s, f_t.detach()))
    difference = q_s - q_t  # (N, H·W)
    if variant == "paper":
        lengths: Tensor = torch.linalg.vector_norm(difference, dim=1)  # (N,)
        return lengths.mean()
    return difference.square().mean()


def _attention(feature_map: Tensor, p: float, size: tuple[int, int]) -> Tensor:
    """Normalised attention, ``(N, H·W)``."""
    largest = feature_map.detach().abs().amax((1, 2, 3), keepdim=True)
    # Normalised below all the same; here it keeps powers of small values from underflowing.
    scaled = feature_map / torch.where(largest > 0, largest, 1)
    attention = scaled.abs().pow(p).mean(1, keepdim=True)  # (N, 1, H, W)
    attention = F.adaptive_avg_pool2d(attention, size).flatten(1)  # (N, H·W)
    return unit(torch.where(largest.flatten(1) > DEAD, attention, 0))


@in_float32
def attention_gradient(j_s: Tensor, j_t: Tensor) -> Tensor:
    r"""Difference between the input gradients of student's and teacher's cross-entropy.

    .. math:: \frac1N \sum_n \|J^s_n - J^t_n\|_2, \qquad J_n = \partial \mathrm{CE}_n / \partial x_n

    Parameters
    ----------
    j_s, j_t : Tensor
        What `input_gradient` returned for student and teacher, ``(N, C, H, W)``.

    Returns
    -------
    Tensor
        Scalar, 0 or above. Its gradient needs the second derivative of the student (double
        backward), so a step takes about twice as long.

    Notes
    -----
    Zagoruyko, Komodakis 2017, section 3.2 (gradient-based attention transfer; times β/2 there). In
    train mode with batch normalisation the images of a batch depend on each other, and so do the
    gradients.
    """
    expect_pair(("j_s", "j_t"), j_s, j_t, "N C H W", advice="Both come from the same images.")
    lengths: Tensor = torch.linalg.vector_norm((j_s - j_t.detach()).flatten(1), dim=1)  # (N,)
    return lengths.mean()


@in_float32
def input_gradient(logits: Tensor, labels: Tensor, inputs: Tensor) -> Tensor:
    """The gradient of each image's cross-entropy with respect to that image.

    Parameters
    ----------
    logits : Tensor
        ``(N, classes)``, computed from ``inputs``.
    labels : Tensor
        ``(N,)``.
    inputs : Tensor
        Images that require a gradient: ``inputs = inputs.detach().requires_grad_()``.

    Returns
    -------
    Tensor
        ``(N, C, H, W)``, with a graph of its own. It is the gradient of each image's own loss: that
        of the batch's mean would be N times smaller.

    Raises
    ------
    ConfigurationError
        If the logits were not computed from these inputs with gradients.
    """
    expect_labels(labels, logits)
    expect_axes("inputs", inputs, "N C H W")
    loss = F.cross_entropy(logits, labels, reduction="sum")
    found = None
    if loss.requires_grad and inputs.requires_grad:
        (found,) = torch.autograd.grad(loss, inputs, create_graph=True, allow_unused=True)
    if found is None:
        raise ConfigurationError(
            "The logits were not computed from these inputs with gradients. Before the network is "
            "called: `inputs = inputs.detach().requires_grad_()`, and no `torch.no_grad()`."
        )
    return found
