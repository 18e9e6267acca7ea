"""Honest ways to write exercise 1-2."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways


class StudentLecture(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.Conv2d(16, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(1024, 256),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(256, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


class StudentOneSequential(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding="same"),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3, padding="same"),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 8 * 8, 256),
            nn.ReLU(inplace=True),
            nn.Dropout(p=0.1),
            nn.Linear(256, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class StudentFunctional(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.view(x.size(0), -1)))
        x = F.dropout(x, p=0.1, training=self.training)
        return self.fc2(x)


class StudentOtherOrder(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.output = nn.Linear(256, num_classes)
        self.hidden = nn.Linear(1024, 256)
        self.second = nn.Conv2d(16, 16, (3, 3), stride=1, padding=(1, 1))
        self.first = nn.Conv2d(3, 16, (3, 3), stride=1, padding=(1, 1))
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in (self.first, self.second):
            x = self.pool(convolution(x).relu())
        x = self.drop(self.hidden(x.reshape(len(x), -1)).clamp(min=0))
        return self.output(x)


class StudentPoolFirst(StudentLecture):
    """ReLU and max-pooling may change places, and so may ReLU and dropout."""

    def __init__(self, num_classes: int = 10):
        super().__init__(num_classes)
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 3, 1, 1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, 1, 1),
            nn.MaxPool2d(2),
            nn.ReLU(),
        )
        self.classifier = nn.Sequential(
            nn.Linear(1024, 256), nn.Dropout(0.1), nn.ReLU(), nn.Linear(256, num_classes)
        )


class StudentLists(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(c, 16, 3, padding=1) for c in (3, 16))
        self.linears = nn.ModuleDict(
            {"hidden": nn.Linear(1024, 256), "logits": nn.Linear(256, num_classes)}
        )
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = F.adaptive_max_pool2d(torch.relu(convolution(x)), x.shape[-1] // 2)
        x = torch.relu(self.linears["hidden"](x.flatten(start_dim=1)))
        return self.linears["logits"](self.dropout(x))


def _block(before: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, 2))


class StudentBlocks(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(_block(3), _block(16))
        self.classifier = nn.Sequential()
        self.classifier.add_module("flatten", nn.Flatten(1))
        self.classifier.add_module("fc1", nn.Linear(1024, 256))
        self.classifier.add_module("relu", nn.ReLU())
        self.classifier.add_module("dropout", nn.Dropout(0.1))
        self.classifier.add_module("fc2", nn.Linear(256, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))


STUDENT = right_ways(
    StudentLecture,
    StudentOneSequential,
    StudentFunctional,
    StudentOtherOrder,
    StudentPoolFirst,
    StudentLists,
    StudentBlocks,
)
