"""Small layers that make shapes meet. They belong to the student, and are trained with it.

Each is made from a random stream of its own: the student starts from the same weights with and
without an adapter, whichever is made first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.methods.shapes import expect_axes
from labkit.errors import ConfigurationError


@contextmanager
def own_stream(seed: int) -> Iterator[None]:
    """Inside, weights are drawn from ``seed``; outside, nothing shows that they were."""
    with torch.random.fork_rng(devices=[]):
        # Not `torch.manual_seed`, which would also set the GPU's generators.
        torch.default_generator.manual_seed(seed)
        yield


def match_channels(
    student_channels: int, teacher_channels: int, kernel_size: int = 1, seed: int = 0
) -> nn.Conv2d:
    """A convolution from the student's channels to the teacher's, without bias.

    Parameters
    ----------
    student_channels, teacher_channels : int
    kernel_size : int, default 1
        Odd; the size of the map stays. 1 is FitNets', 3 the lecture's regressor.
    seed : int, default 0
        Of its weights.

    Returns
    -------
    nn.Conv2d
        ``(N, student_channels, H, W)`` to ``(N, teacher_channels, H, W)``.
    """
    with own_stream(seed):
        return nn.Conv2d(
            student_channels, teacher_channels, kernel_size, padding=kernel_size // 2, bias=False
        )


def match_features(student_features: int, teacher_features: int, seed: int = 0) -> nn.Linear:
    """A linear layer from the student's features to the teacher's, without bias.

    ``(N, student_features)`` to ``(N, teacher_features)``.
    """
    with own_stream(seed):
        return nn.Linear(student_features, teacher_features, bias=False)


def pool_pairs(hidden: Tensor, features: int) -> Tensor:
    """The lecture's pooling: means of neighbours, ``(N, D)`` to ``(N, features)``.

    On a flattened map neighbours are positions of one channel, so that value i of the result comes
    from another place of the image than value i of a student's flattened map.
    """
    expect_axes("hidden", hidden, "N D")
    _expect_multiple("features", hidden.shape[1], features)
    width = hidden.shape[1] // features
    return F.avg_pool1d(hidden[:, None], width)[:, 0]  # (N, features)


def pool_channels(feature_map: Tensor, channels: int) -> Tensor:
    """Means of neighbouring channels, ``(N, C, H, W)`` to ``(N, channels, H, W)``.

    Positions stay where they are; flattened, they line up with a student's map of that size.
    """
    expect_axes("feature_map", feature_map, "N C H W")
    _expect_multiple("channels", feature_map.shape[1], channels)
    groups: Tensor = feature_map.unflatten(1, (channels, -1))  # (N, channels, …, H, W)
    return groups.mean(2)


def _expect_multiple(name: str, have: int, wanted: int) -> None:
    if wanted < 1 or have % wanted:
        raise ConfigurationError(
            f"{name}={wanted}: {have} values cannot be pooled to {wanted} groups of one size. "
            f"Give a divisor of {have}."
        )


class WeightProjector(nn.Module):
    """Linear maps of a convolution's kernel to the channels of another one: 1×1 convolutions.

    Parameters
    ----------
    student_shape, teacher_shape : tuple of int
        Shapes ``(out, in, k, k)`` of the two kernels, with the same k.
    seed : int, default 0
        Of its weights.
    """

    def __init__(
        self, student_shape: tuple[int, ...], teacher_shape: tuple[int, ...], seed: int = 0
    ) -> None:
        super().__init__()
        student_shape, teacher_shape = tuple(student_shape), tuple(teacher_shape)
        if len(student_shape) != 4 or student_shape[2:] != teacher_shape[2:]:
            raise ConfigurationError(
                f"Kernels {student_shape} and {teacher_shape} cannot be matched: both must be "
                "(out, in, k, k) with the same k."
            )
        self.inputs = match_channels(student_shape[1], teacher_shape[1], seed=seed)
        self.outputs = match_channels(student_shape[0], teacher_shape[0], seed=seed + 1)

    def forward(self, weight: Tensor) -> Tensor:
        """``(out_s, in_s, k, k)`` to ``(out_t, in_t, k, k)``."""
        wide: Tensor = self.inputs(weight)  # (out_s, in_t, k, k)
        projected: Tensor = self.outputs(wide.transpose(0, 1))  # (in_t, out_t, k, k)
        return projected.transpose(0, 1)
