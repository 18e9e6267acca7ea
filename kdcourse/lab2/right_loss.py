"""Honest ways to write exercise 2-2."""

from __future__ import annotations

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


def loss_lecture(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    soft_targets = nn.functional.softmax(teacher_logits / T, dim=-1)
    soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
    return torch.sum(soft_targets * (soft_targets.log() - soft_prob)) / soft_prob.size()[0] * (T**2)


def loss_batchmean(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    student = F.log_softmax(student_logits / T, dim=1)
    teacher = F.softmax(teacher_logits / T, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean") * T**2


def loss_detached(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    teacher = F.softmax(teacher_logits.detach() / T, dim=1)
    pointwise = F.kl_div(F.log_softmax(student_logits / T, dim=1), teacher, reduction="none")
    return pointwise.sum(dim=1).mean() * T**2


def loss_logsumexp(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    z, v = student_logits / T, teacher_logits / T
    log_q = z - z.logsumexp(1, keepdim=True)
    log_p = v - v.logsumexp(1, keepdim=True)
    return T**2 * (log_p.exp() * (log_p - log_q)).sum(1).mean()


def loss_double(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    return loss_lecture(student_logits.double(), teacher_logits.double(), T)


def loss_entropies(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    p = torch.softmax(teacher_logits / T, 1)
    cross_entropy = F.cross_entropy(student_logits / T, p)
    return (cross_entropy - torch.distributions.Categorical(probs=p).entropy().mean()) * T**2


LOSS = right_ways(
    loss_lecture,
    loss_plain_softmax,
    loss_batchmean,
    loss_log_target,
    loss_detached,
    loss_einsum,
    loss_logsumexp,
    loss_loop,
    loss_double,
    loss_entropies,
)
