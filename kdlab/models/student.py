"""The light network: 267,738 parameters. Lab 1 asks for it; the later labs are given it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kdlab.models.blocks import conv_stack, dense_head


class StudentCNN(nn.Module):
    """The lecture's student: two convolutions and two linear layers.

    Parameters
    ----------
    num_classes : int, default 10
        Number of classes, C.

    Attributes
    ----------
    features : nn.Sequential
        ``(N, 3, 32, 32)`` to the feature map ``(N, 16, 8, 8)``.
    classifier : nn.Sequential
        The flattened map ``(N, 1024)`` to the logits ``(N, C)``.

    References
    ----------
    ``LightNN`` of the PyTorch tutorial "Knowledge Distillation" (Chariton 2023), which the lecture
    follows.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = conv_stack((3, 16, 16), pool_after=(1, 2))
        self.classifier = dense_head(16 * 8 * 8, 256, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(N, C)`` of normalised images ``(N, 3, 32, 32)``."""
        feature_map = self.features(x)  # (N, 16, 8, 8)
        logits: Tensor = self.classifier(torch.flatten(feature_map, 1))  # (N, C)
        return logits
