# mypy: disable-error-code="no-any-return,no-untyped-call,override"
"""Honest ways to write the exercises of lab 4: all of them earn full marks."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Variant
from kdlab.models import StudentCNN

Loss = Any


# --- 4-1 mse


def mse_lecture(x: Tensor, y: Tensor) -> Tensor:
    return ((x - y) ** 2).mean()


def mse_module(x: Tensor, y: Tensor) -> Tensor:
    return nn.MSELoss()(x, y)


def mse_functional(x: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(x, y, reduction="sum") / x.numel()


def mse_flattened(x: Tensor, y: Tensor) -> Tensor:
    gap = (x - y).flatten()
    return gap.dot(gap) / len(gap)


def mse_einsum(x: Tensor, y: Tensor) -> Tensor:
    gap = (y - x).reshape(-1)
    return torch.einsum("m,m->", gap, gap) / gap.size(0)


def mse_norm(x: Tensor, y: Tensor) -> Tensor:
    return torch.linalg.vector_norm(x - y) ** 2 / x.numel()


def mse_expanded(x: Tensor, y: Tensor) -> Tensor:
    return torch.mean(x * x - 2 * x * y + y * y)


def mse_loop(x: Tensor, y: Tensor) -> Tensor:
    total = x.new_zeros(())
    for a, b in zip(x, y, strict=True):
        total = total + torch.pow(a - b, 2).mean()
    return total / x.shape[0]


def mse_double(x: Tensor, y: Tensor) -> Tensor:
    return torch.square(x.double() - y.double()).mean()


# --- 4-2 StudentRegressor


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


# --- 4-3 regressor_step


def step_tutorial(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    teacher.eval()
    student.train()
    with torch.no_grad():
        _, teacher_feature_map = teacher(inputs)
    student_logits, regressor_feature_map = student(inputs)
    hidden_rep_loss = mse_loss(regressor_feature_map, teacher_feature_map)
    label_loss = ce_loss(student_logits, labels)
    return feature_map_weight * hidden_rep_loss + ce_loss_weight * label_loss


def step_detach(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    _, wanted = teacher(inputs)
    logits, regressed = student(inputs)
    loss = ce_loss_weight * ce_loss(logits, labels)
    loss = loss + feature_map_weight * mse_loss(regressed, wanted.detach())
    return loss


def step_indexed(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        of_teacher = teacher(inputs)
    of_student = student(inputs)
    loss: Tensor = mse_loss(of_student[1], of_teacher[1]) * feature_map_weight
    loss += ce_loss(of_student[0], labels) * ce_loss_weight
    return loss


def step_symmetric(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    logits, regressed = student(inputs)
    with torch.no_grad():
        teacher_map = teacher(inputs)[1]
    losses = torch.stack([mse_loss(teacher_map, regressed), ce_loss(logits, labels)])
    return losses @ losses.new_tensor([feature_map_weight, ce_loss_weight])


def step_flattened(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    with torch.inference_mode():
        _, wanted = teacher(inputs)
    logits, regressed = student(inputs)
    of_map = mse_loss(regressed.flatten(1), wanted.clone().flatten(1))
    return sum([feature_map_weight * of_map, ce_loss_weight * ce_loss(logits, labels)])


def step_frozen(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    teacher.requires_grad_(False)
    (_, wanted), (logits, regressed) = teacher(inputs), student(inputs)
    return torch.add(
        feature_map_weight * mse_loss(regressed, wanted),
        ce_loss(logits, labels),
        alpha=ce_loss_weight,
    )


def step_double(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    feature_map_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    mse_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        wanted = teacher(inputs)[1].double()
    logits, regressed = (part.double() for part in student(inputs))
    of_map = feature_map_weight * mse_loss(regressed, wanted)
    return of_map + ce_loss_weight * ce_loss(logits, labels)


def _table(*subjects: Any) -> tuple[Variant, ...]:
    """Functions and classes under their own names."""
    return tuple(Variant(subject.__name__, subject) for subject in subjects)


VARIANTS: dict[str, tuple[Variant, ...]] = {
    "4-1": _table(
        mse_lecture,
        mse_module,
        mse_functional,
        mse_flattened,
        mse_einsum,
        mse_norm,
        mse_expanded,
        mse_loop,
        mse_double,
    ),
    "4-2": _table(
        TutorialRegressor,
        OtherNames,
        OwnParameters,
        TwoPasses,
        PaddedByHand,
        Unfolded,
        Standalone,
    ),
    "4-3": _table(
        step_tutorial,
        step_detach,
        step_indexed,
        step_symmetric,
        step_flattened,
        step_frozen,
        step_double,
    ),
}
