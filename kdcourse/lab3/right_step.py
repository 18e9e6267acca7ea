"""Honest ways to write exercise 3-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from kdcourse.step import Given, Method, exchanged, in_place
from labkit.judge.messages import Text

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


def towards(target: Callable[[Given], Tensor]) -> Callable[[Given], Tensor]:
    """The term that is the cosine loss with this target."""
    return lambda given: given.extra(given.compared, given.wanted, target(given))


METHOD = Method(
    step_lecture,
    weight="hidden_rep_loss_weight",
    extra="cosine_loss",
    loss=Text("Cosine loss", "cosine loss"),
    term=towards(lambda given: given.compared.new_ones(len(given.compared))),
)
STEP = METHOD.right_ways(
    detach={"term": towards(lambda given: torch.ones_like(given.labels))},
    frozen={"term": towards(lambda given: torch.full_like(given.labels, 1.0, dtype=torch.float))},
    teacher_first={"alter": exchanged, "mix": in_place},
    one_target={
        "term": towards(lambda given: given.labels.new_tensor([1])),  # is broadcast
        "mix": lambda own, ce, weight, ce_weight: sum([ce_weight * ce, weight * own]),
    },
)
