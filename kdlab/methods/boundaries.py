"""On which side of zero a neuron is: activation boundaries."""

from __future__ import annotations

import torch
from torch import Tensor

from kdlab.methods.arithmetic import in_float32
from kdlab.methods.shapes import expect_pair, expect_positive


@in_float32
def activation_boundary(pre_s: Tensor, pre_t: Tensor, margin: float = 1.0) -> Tensor:
    r"""Push the student's pre-activations beyond zero by a margin, to the teacher's side.

    .. math:: \frac{3}{1000\,N} \sum \big[ (s + m)^2\, \mathbb 1[s > -m,\, t \le 0]
              + (s - m)^2\, \mathbb 1[s \le m,\, t > 0] \big]

    Parameters
    ----------
    pre_s : Tensor
        The student's values before the ReLU, behind an adapter (`match_channels` or
        `match_features`), ``(N, …)``.
    pre_t : Tensor
        The teacher's values before the ReLU, of the same shape.
    margin : float, default 1.0
        m, above 0.

    Returns
    -------
    Tensor
        Scalar, 0 or above; 0 if each value is on the teacher's side by the margin, so that it is
        not 0 for two equal inputs with smaller values.

    Notes
    -----
    Heo 2019, "Knowledge transfer via distillation of activation boundaries formed by hidden
    neurons", the alternative loss of the method's section; it replaces `activation_disagreement`,
    which has no gradient. The sum over neurons and the factor 3/1000 are those of the authors'
    code; ports divide otherwise, take the mean, or set the margin to 2. Over several layers the
    code halves the weight with each layer away from the last.
    """
    _expect_same(pre_s, pre_t)
    expect_positive("margin", margin)
    active = pre_t.detach() > 0
    above = torch.where(active, 0, (pre_s + margin).clamp(min=0))  # should be inactive
    below = torch.where(active, (margin - pre_s).clamp(min=0), 0)  # should be active
    return (above.square() + below.square()).sum() / len(pre_s) * 3 / 1000


def activation_disagreement(pre_s: Tensor, pre_t: Tensor) -> Tensor:
    r"""Share of neurons of which one is active and the other is not; a measure, without gradient.

    .. math:: \overline{\big|\, \mathbb 1[s > 0] - \mathbb 1[t > 0] \,\big|}

    Parameters
    ----------
    pre_s, pre_t : Tensor
        Pre-activations of student and teacher, of one shape ``(N, …)``.

    Returns
    -------
    Tensor
        Scalar, 0 to 1; 0 if all are on the same side.

    Notes
    -----
    Heo 2019, the activation transfer loss of the method's section: the quantity that
    `activation_boundary` stands for.
    """
    _expect_same(pre_s, pre_t)
    return ((pre_s > 0) != (pre_t > 0)).float().mean()


def _expect_same(pre_s: Tensor, pre_t: Tensor) -> None:
    maps = isinstance(pre_s, Tensor) and pre_s.ndim == 4
    expect_pair(("pre_s", "pre_t"), pre_s, pre_t, "N C H W" if maps else "N D")
