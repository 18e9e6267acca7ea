# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write exercise 3-3."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.exercise import right_ways

Loss = Any


def step_lecture(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    teacher.eval()
    student.train()
    with torch.no_grad():
        _, teacher_hidden_representation = teacher(inputs)
    student_logits, student_hidden_representation = student(inputs)
    hidden_rep_loss = cosine_loss(
        student_hidden_representation,
        teacher_hidden_representation,
        target=torch.ones(inputs.size(0)).to(inputs.device),
    )
    label_loss = ce_loss(student_logits, labels)
    return hidden_rep_loss_weight * hidden_rep_loss + ce_loss_weight * label_loss


def step_detach(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    logits, hidden = student(inputs)
    wanted = teacher(inputs)[1].detach()
    target = torch.ones_like(labels)
    return hidden_rep_loss_weight * cosine_loss(hidden, wanted, target) + (
        ce_loss(logits, labels) * ce_loss_weight
    )


def step_teacher_first(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    """The cosine is symmetric, so the order of the two vectors makes no difference."""
    with torch.no_grad():
        wanted = teacher(inputs)[-1]
    logits, hidden = student(inputs)
    target = hidden.new_ones(hidden.shape[0])
    loss: Tensor = cosine_loss(wanted, hidden, target) * hidden_rep_loss_weight
    loss += ce_loss(logits, labels) * ce_loss_weight
    return loss


def step_inference_mode(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    with torch.inference_mode():
        wanted = teacher(inputs)[1]
    logits, hidden = student(inputs)
    ones = torch.ones(len(inputs), dtype=torch.long, device=inputs.device)
    losses = [
        hidden_rep_loss_weight * cosine_loss(hidden, wanted.clone(), ones),
        ce_loss_weight * ce_loss(logits, labels),
    ]
    return torch.stack(losses).sum()


def step_frozen(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    for parameter in teacher.parameters():
        parameter.requires_grad_(False)
    (_, wanted), (logits, hidden) = teacher(inputs), student(inputs)
    target = torch.full((inputs.shape[0],), 1.0, device=inputs.device)
    return sum(
        weight * loss
        for weight, loss in (
            (hidden_rep_loss_weight, cosine_loss(hidden, wanted, target)),
            (ce_loss_weight, ce_loss(logits, labels)),
        )
    )


def step_one_target(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    """A target of one element is broadcast."""
    with torch.no_grad():
        _, wanted = teacher(inputs)
    logits, hidden = student(inputs)
    hidden_rep_loss = cosine_loss(hidden, wanted, torch.tensor([1], device=inputs.device))
    return torch.add(
        ce_loss_weight * ce_loss(logits, labels), hidden_rep_loss_weight * hidden_rep_loss
    )


def step_double(
    teacher: nn.Module,
    student: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    hidden_rep_loss_weight: float,
    ce_loss_weight: float,
    ce_loss: Loss,
    cosine_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        wanted = teacher(inputs)[1].double()
    logits, hidden = (output.double() for output in student(inputs))
    hidden_rep_loss = cosine_loss(hidden, wanted, torch.ones(len(labels), device=labels.device))
    return hidden_rep_loss_weight * hidden_rep_loss + ce_loss_weight * ce_loss(logits, labels)


STEP = right_ways(
    step_lecture,
    step_detach,
    step_teacher_first,
    step_inference_mode,
    step_frozen,
    step_one_target,
    step_double,
)
