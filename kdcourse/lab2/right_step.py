"""Honest ways to write exercise 2-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from kdcourse.lab2.right_common import (
    loss_einsum,
    loss_log_target,
    loss_loop,
    loss_plain_softmax,
)
from kdcourse.lab2.right_loss import loss_batchmean, loss_entropies
from kdcourse.step import Given, Method, in_place
from labkit.judge.messages import Text

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


def of(loss: Callable[[Tensor, Tensor, float], Tensor]) -> Callable[[Given], Tensor]:
    """The term that is this loss, of student's logits, teacher's logits and temperature."""
    return lambda given: loss(given.compared, given.wanted, given.extra)


METHOD = Method(
    step_lecture,
    weight="soft_target_loss_weight",
    extra="T",
    loss=Text("Soft target loss", "loss on the soft targets"),
    term=of(loss_batchmean),
)
STEP = METHOD.right_ways(
    plain_softmax={"term": of(loss_plain_softmax)},
    module_loss={"term": of(loss_log_target), "mix": in_place},
    frozen={"term": of(loss_einsum)},
    inference_mode={"term": of(loss_entropies)},
    double={"term": of(loss_loop)},
)
