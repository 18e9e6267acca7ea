"""Hidden vectors and feature maps, compared as they are."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32, unit
from kdlab.methods.shapes import expect_pair


@in_float32
def cosine(h_s: Tensor, h_t: Tensor) -> Tensor:
    r"""One minus the cosine between hidden vectors of student and teacher.

    .. math:: \frac1N \sum_n \left(1 - \frac{h^s_n \cdot h^t_n}{\|h^s_n\| \|h^t_n\|}\right)

    Parameters
    ----------
    h_s, h_t : Tensor
        Hidden vectors of student and teacher, ``(N, D)``.

    Returns
    -------
    Tensor
        Scalar, 0 to 2; 0 if all pairs point the same way. A vector of zeros has no direction: it
        counts 1, and gets no gradient.

    Notes
    -----
    The lecture's ``CosineEmbeddingLoss`` with target 1. There the teacher's 2,048 values are pooled
    to the student's 1,024 (`pool_pairs`), which pairs neighbouring positions of the flattened map,
    so that positions of teacher and student do not line up; `pool_channels` pairs channels.
    """
    advice = (
        "Pool the teacher's: `kdlab.methods.pool_pairs` (the lecture's) or `pool_channels`; or "
        "bring the student's to the teacher's with `match_features`."
    )
    expect_pair(("h_s", "h_t"), h_s, h_t, "N D", advice=advice)
    return (1 - (unit(h_s) * unit(h_t.detach())).sum(1)).mean()


@in_float32
def hint(f_s: Tensor, f_t: Tensor) -> Tensor:
    r"""Mean squared difference between the adapted student's map and the teacher's.

    .. math:: \frac{1}{NCHW} \sum (f^s - f^t)^2

    Parameters
    ----------
    f_s : Tensor
        The student's map behind an adapter (`match_channels`), ``(N, C, H, W)``.
    f_t : Tensor
        The teacher's map, ``(N, C, H, W)``.

    Returns
    -------
    Tensor
        Scalar, 0 or above.

    Notes
    -----
    Romero 2015, "FitNets", section 2.2 (hint-based training). The paper has half the squared norm
    and trains in two stages, first the hint and then soft targets; all code takes the mean over all
    elements. The lecture's regressor is the same loss with a 3×3 adapter, in one stage. The adapter
    is the student's: a regression from the teacher's map to the student's could throw away what is
    hard.
    """
    expect_pair(("f_s", "f_t"), f_s, f_t, "N C H W")
    return F.mse_loss(f_s, f_t.detach())
