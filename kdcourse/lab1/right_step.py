"""Honest ways to write exercise 1-3."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import right_ways


def step_lecture(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    outputs = model(inputs)
    loss = ce_loss(outputs, labels)
    return loss


def step_short(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(model(inputs), labels)


def step_train_mode(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    model.train()
    return ce_loss(model.forward(inputs), labels)


def step_keywords(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(input=model(inputs), target=labels)


def step_cleared(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    model.zero_grad()
    logits = model(inputs)
    return ce_loss.forward(logits, labels.long())


def step_double(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(model(inputs).double(), labels)


def step_log_softmax(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    """A log-softmax more than needed changes nothing: it is its own log-softmax."""
    return ce_loss(F.log_softmax(model(inputs), 1), labels)


STEP = right_ways(
    step_lecture,
    step_short,
    step_train_mode,
    step_keywords,
    step_cleared,
    step_double,
    step_log_softmax,
)
