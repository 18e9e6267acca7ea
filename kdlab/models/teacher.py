"""The deep network: 1,186,986 parameters."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kdlab.models.blocks import conv_stack, dense_head


class TeacherCNN(nn.Module):
    """The lecture's teacher: four convolutions and two linear layers.

    Parameters
    ----------
    num_classes : int, default 10
        Number of classes, C.

    Attributes
    ----------
    features : nn.Sequential
        ``(N, 3, 32, 32)`` to the feature map ``(N, 32, 8, 8)``.
    classifier : nn.Sequential
        The flattened map ``(N, 2048)`` to the logits ``(N, C)``.

    References
    ----------
    ``DeepNN`` of the PyTorch tutorial "Knowledge Distillation" (Chariton 2023), which the lecture
    follows.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = conv_stack((3, 128, 64, 64, 32), pool_after=(2, 4))
        self.classifier = dense_head(32 * 8 * 8, 512, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of normalised images.

        Parameters
        ----------
        x : Tensor
            Images, ``(N, 3, 32, 32)``.

        Returns
        -------
        Tensor
            Logits, ``(N, C)``.
        """
        feature_map = self.features(x)  # (N, 32, 8, 8)
        logits: Tensor = self.classifier(torch.flatten(feature_map, 1))  # (N, C)
        return logits
