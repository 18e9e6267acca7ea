"""The two patterns that both networks are made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def conv_stack(channels: Sequence[int], pool_after: Sequence[int]) -> nn.Sequential:
    """3×3 convolutions, each followed by a ReLU, with 2×2 max-pooling after some of them.

    Parameters
    ----------
    channels : sequence of int
        Numbers of channels, the input's first: ``(3, 16, 16)`` makes two convolutions.
    pool_after : sequence of int
        After which convolutions, counted from 1, the map is halved.
    """
    layers: list[nn.Module] = []
    for number, (before, after) in enumerate(pairwise(channels), start=1):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
        if number in pool_after:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def dense_head(flat: int, hidden: int, num_classes: int, drop: float = 0.1) -> nn.Sequential:
    """One hidden layer with ReLU and dropout, then the logits: ``(N, flat)`` to ``(N, C)``."""
    widths = (flat, hidden, num_classes)
    first, last = (nn.Linear(before, after) for before, after in pairwise(widths))
    return nn.Sequential(first, nn.ReLU(), nn.Dropout(drop), last)
