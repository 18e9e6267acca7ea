"""Honest ways to write exercise 3-2."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways
from kdlab.models import TeacherCNN


class TeacherLecture(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        x = self.features(x)
        flattened_conv_output = torch.flatten(x, 1)
        x = self.classifier(flattened_conv_output)
        flattened_conv_output_after_pooling = torch.nn.functional.avg_pool1d(
            flattened_conv_output, 2
        )
        return x, flattened_conv_output_after_pooling


class TeacherReshape(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).reshape(len(x), -1)
        return self.classifier(flat), flat.reshape(len(x), 1024, 2).mean(dim=2)


class TeacherUnsqueeze(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = torch.flatten(self.features(x), start_dim=1)
        return self.classifier(flat), F.avg_pool1d(flat.unsqueeze(1), 2).squeeze(1)


class TeacherModule(TeacherCNN):
    """The pooling is a layer of its own, without parameters."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes=num_classes)
        self.pool = nn.AvgPool1d(kernel_size=2, stride=2)

    def forward(self, x: Tensor) -> Any:
        flat = nn.Flatten()(self.features(x))
        return self.classifier(flat), self.pool(flat)


class TeacherAdaptive(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        return self.classifier(flat), F.adaptive_avg_pool1d(flat, 1024)


class TeacherView(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).view(x.size(0), -1)
        logits = self.classifier(flat)
        pairs = flat.view(x.size(0), -1, 2)
        return logits, pairs.sum(-1) / 2


class TeacherEinsum(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        halves = flat.new_full((2,), 0.5)
        return self.classifier(flat), torch.einsum("nkp,p->nk", flat.unflatten(1, (-1, 2)), halves)


class TeacherSlices(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        return self.classifier(flat), (flat[:, 0::2] + flat[:, 1::2]) / 2


class TeacherMapPooling(TeacherCNN):
    """Neighbours in the flattened vector are horizontal neighbours in the map."""

    def forward(self, x: Tensor) -> Any:
        feature_map = self.features(x)
        hidden = F.avg_pool2d(feature_map, kernel_size=(1, 2)).flatten(1)
        return self.classifier(feature_map.flatten(1)), hidden


class TeacherSuper(TeacherCNN):
    """The parent's forward pass gives the logits; the features are computed twice."""

    def forward(self, x: Tensor) -> Any:
        return [super().forward(x), F.avg_pool1d(self.features(x).flatten(1), 2)]


TEACHER = right_ways(
    TeacherLecture,
    TeacherReshape,
    TeacherUnsqueeze,
    TeacherModule,
    TeacherAdaptive,
    TeacherView,
    TeacherEinsum,
    TeacherSlices,
    TeacherMapPooling,
    TeacherSuper,
)
