"""A teacher for one kind of images teaches a student for another, without labels."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from kdlab.evaluation import evaluating
from kdlab.methods.hidden import hint
from kdlab.methods.hooks import call_with_features
from labkit.errors import ConfigurationError


def cross_modal(
    student: nn.Module,
    teacher: nn.Module,
    inputs_s: Tensor,
    inputs_t: Tensor,
    layer_s: str,
    layer_t: str,
    adapter: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    r"""Mean squared difference of middle layers on paired images of two modalities.

    .. math:: \overline{(a(f^s(x_B)) - f^t(x_A))^2}

    Parameters
    ----------
    student, teacher : nn.Module
        The teacher is called in eval mode without gradients.
    inputs_s, inputs_t : Tensor
        The student's modality B and the teacher's modality A, ``(N, …)``; row n of both shows the
        same scene.
    layer_s, layer_t : str
        Module paths of the layers that shall agree; see `call_with_features`.
    adapter : callable, optional
        Between the student's layer and the teacher's, such as `match_channels`.

    Returns
    -------
    Tensor
        Scalar, 0 or above; no label is used.

    Notes
    -----
    Gupta, Hoffman, Malik 2016, "Cross modal distillation for supervision transfer", section 3
    (supervision transfer). The teacher's layers above the middle one can then be put on top of the
    student.
    """
    if len(inputs_s) != len(inputs_t):
        raise ConfigurationError(
            f"{len(inputs_s)} images of the student's modality cannot be paired with "
            f"{len(inputs_t)} of the teacher's. Row n of both must show the same scene."
        )
    with evaluating(teacher):
        _, (middle_t,) = call_with_features(teacher, inputs_t, [layer_t])
    _, (middle_s,) = call_with_features(student, inputs_s, [layer_s])
    return hint(adapter(middle_s) if adapter else middle_s, middle_t)


def luminance(inputs: Tensor) -> Tensor:
    """A second modality for colour images: brightness alone, in all three channels."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=inputs.device)
    grey = (inputs * weights.view(1, 3, 1, 1)).sum(1, keepdim=True)  # (N, 1, H, W)
    return grey.expand_as(inputs)
