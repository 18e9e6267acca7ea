"""Honest ways to write exercise 4-3."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from kdcourse.step import Method, altered, exchanged, in_place
from labkit.judge.messages import Text

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


def _product(own: Tensor, ce: Tensor, weight: float, ce_weight: float) -> Tensor:
    losses = torch.stack([own, ce])  # (2,)
    return losses @ losses.new_tensor([weight, ce_weight])


METHOD = Method(
    step_tutorial,
    weight="feature_map_weight",
    extra="mse_loss",
    loss=Text("Feature map의 loss", "loss on the feature maps"),
    term=lambda given: given.extra(given.compared, given.wanted),
)
STEP = METHOD.right_ways(
    indexed={"mix": in_place},
    symmetric={"alter": exchanged, "mix": _product},
    flattened={
        "alter": altered(lambda maps: maps.flatten(1), "compared", "wanted"),
        "mix": lambda own, ce, weight, ce_weight: sum([weight * own, ce_weight * ce]),
    },
)
