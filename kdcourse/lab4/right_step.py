# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write exercise 4-3."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.exercise import right_ways

Loss = Any


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


STEP = right_ways(
    step_tutorial,
    step_detach,
    step_indexed,
    step_symmetric,
    step_flattened,
    step_frozen,
    step_double,
)
