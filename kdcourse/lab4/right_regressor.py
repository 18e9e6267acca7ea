"""Honest ways to write exercise 4-2."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways
from kdlab.models import StudentCNN


class TutorialRegressor(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.regressor = nn.Sequential(nn.Conv2d(16, 32, kernel_size=3, padding=1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.features(x)
        regressor_output = self.regressor(x)
        x = torch.flatten(x, 1)
        x = self.classifier(x)
        return x, regressor_output


class OtherNames(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.to_teacher = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=(3, 3), padding=1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        feature_map = self.features(images)
        logits = self.classifier(feature_map.view(feature_map.size(0), -1))
        return logits, self.to_teacher(feature_map)


class OwnParameters(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.kernel = nn.Parameter(torch.randn(32, 16, 3, 3) * 0.1)
        self.offset = nn.Parameter(torch.zeros(32))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.features(x)
        regressed = F.conv2d(maps, self.kernel, self.offset, stride=1, padding=1)
        return self.classifier(maps.reshape(len(maps), 16 * 8 * 8)), regressed


class TwoPasses(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.regressor = nn.Conv2d(16, 32, 3, padding="same")

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(x), self.regressor(self.features(x))


class PaddedByHand(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.regressor = nn.Sequential(nn.ZeroPad2d(1), nn.Conv2d(16, 32, 3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.features(x)
        out = self.classifier(nn.Flatten()(maps))
        return out, self.regressor(maps)


class Unfolded(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.kernel = nn.Parameter(torch.zeros(32, 16, 3, 3))
        self.offset = nn.Parameter(torch.zeros(32))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.features(x)
        columns = F.unfold(maps, 3, padding=1)
        regressed = (self.kernel.flatten(1) @ columns).unflatten(2, (8, 8))
        regressed = regressed + self.offset.view(-1, 1, 1)
        return self.classifier(maps.flatten(1)), regressed


class Standalone(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        student = StudentCNN(num_classes)
        self.features, self.classifier = student.features, student.classifier
        self.regressor = nn.Conv2d(16, 32, 3, 1, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for layer in self.features:
            x = layer(x)
        regressor_output = self.regressor(x)
        return self.classifier(x.flatten(start_dim=1)), regressor_output


REGRESSOR = right_ways(
    TutorialRegressor,
    OtherNames,
    OwnParameters,
    TwoPasses,
    PaddedByHand,
    Unfolded,
    Standalone,
)
