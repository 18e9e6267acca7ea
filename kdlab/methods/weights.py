"""The lecture's "intermediate weights": kernels, not activations."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from kdlab.methods.arithmetic import in_float32
from labkit.errors import ConfigurationError


@in_float32
def weight_matching(weight_s: Tensor, weight_t: Tensor) -> Tensor:
    r"""Mean squared difference between a projected kernel of the student and one of the teacher.

    .. math:: \overline{(P(W^s) - W^t)^2}

    Parameters
    ----------
    weight_s : Tensor
        The student's kernel behind a `WeightProjector`, ``(out, in, k, k)``.
    weight_t : Tensor
        The teacher's kernel, of the same shape; it gets no gradient.

    Returns
    -------
    Tensor
        Scalar, 0 or above. It depends on no images.

    Notes
    -----
    The lecture's form: 1×1 projection and L2. Two networks that compute the same function may have
    quite different kernels (their channels in another order), so this asks for more than a student
    needs.
    """
    if weight_s.shape != weight_t.shape:
        s, t = tuple(weight_s.shape), tuple(weight_t.shape)
        raise ConfigurationError(
            f"weight_s has shape {s} and weight_t {t}. Project the student's kernel first: "
            f"`kdlab.methods.WeightProjector({s}, {t})`, trained with the student."
        )
    return F.mse_loss(weight_s, weight_t.detach())
