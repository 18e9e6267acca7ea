# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write exercise 2-3."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways
from kdcourse.lab2.right_common import (
    loss_einsum,
    loss_log_target,
    loss_loop,
    loss_plain_softmax,
)

Loss = Any


def step_lecture(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    teacher.eval()
    student.train()
    with torch.no_grad():
        teacher_logits = teacher(inputs)
    student_logits = student(inputs)
    soft_targets = nn.functional.softmax(teacher_logits / T, dim=-1)
    soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
    soft_targets_loss = (
        torch.sum(soft_targets * (soft_targets.log() - soft_prob)) / soft_prob.size()[0] * (T**2)
    )
    label_loss = ce_loss(student_logits, labels)
    return soft_target_loss_weight * soft_targets_loss + ce_loss_weight * label_loss


def step_plain_softmax(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        teacher_logits = teacher(inputs)
    student_logits = student(inputs)
    return soft_target_loss_weight * loss_plain_softmax(
        student_logits, teacher_logits, T
    ) + ce_loss_weight * ce_loss(student_logits, labels)


def step_detach(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    z, v = student(inputs), teacher(inputs).detach()
    soft = F.kl_div(F.log_softmax(z / T, 1), F.softmax(v / T, 1), reduction="batchmean") * T**2
    return soft_target_loss_weight * soft + ce_loss_weight * ce_loss(z, labels)


def step_module_loss(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    kl = nn.KLDivLoss(reduction="batchmean", log_target=True)
    student_logits = student(inputs)
    with torch.no_grad():
        target = torch.log_softmax(teacher(inputs) / T, 1)
    soft = kl(torch.log_softmax(student_logits / T, 1), target) * T * T
    loss: Tensor = soft * soft_target_loss_weight
    loss += ce_loss(student_logits, labels) * ce_loss_weight
    return loss


def step_frozen(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    for parameter in teacher.parameters():
        parameter.requires_grad_(False)
    z = student(inputs)
    soft = loss_einsum(z, teacher(inputs), T)
    return soft * soft_target_loss_weight + ce_loss_weight * ce_loss(z, labels)


def step_inference_mode(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    with torch.inference_mode():
        v = teacher(inputs)
    z = student(inputs)
    soft = loss_log_target(z, v.clone(), T)
    return torch.stack([soft_target_loss_weight * soft, ce_loss_weight * ce_loss(z, labels)]).sum()


def step_double(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    T: float,
    soft_target_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
) -> Tensor:
    z = student(inputs).double()
    soft = loss_loop(z, teacher(inputs).detach().double(), T)
    return soft_target_loss_weight * soft + ce_loss_weight * ce_loss(z, labels)


STEP = right_ways(
    step_lecture,
    step_plain_softmax,
    step_detach,
    step_module_loss,
    step_frozen,
    step_inference_mode,
    step_double,
)
