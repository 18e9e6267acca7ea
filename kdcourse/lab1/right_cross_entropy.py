"""Honest ways to write exercise 1-1."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways


def loss_lecture(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    log_probs = torch.log(torch.softmax(logits, dim=1))
    if weight is None:
        weight = torch.ones(logits.shape[1], dtype=logits.dtype, device=logits.device)
    if labels.is_floating_point():
        return -(weight * log_probs * labels).sum(dim=1).mean()
    kept = labels != ignore_index
    log_probs, labels = log_probs[kept], labels[kept]
    picked = log_probs.gather(1, labels.unsqueeze(1)).squeeze(1)
    return -(weight[labels] * picked).sum() / weight[labels].sum()


def loss_nll(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    log_probs = F.log_softmax(logits, dim=1)
    if labels.dtype in (torch.float32, torch.float64):
        terms = log_probs * labels if weight is None else log_probs * labels * weight
        return -terms.sum() / len(logits)
    return F.nll_loss(log_probs, labels, weight=weight, ignore_index=ignore_index)


def loss_indexed(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    log_probs = logits - logits.logsumexp(1, keepdim=True)
    if weight is None:
        weight = logits.new_ones(logits.size(1))
    if labels.dim() == 2:
        return (-(log_probs * weight) * labels).sum(1).mean(0)
    mask = (labels != ignore_index).to(logits.dtype)
    safe = torch.where(labels == ignore_index, torch.zeros_like(labels), labels)
    w = weight[safe] * mask
    return -(w * log_probs[torch.arange(len(labels)), safe]).sum() / w.sum()


def loss_one_hot(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    log_probs = torch.log_softmax(logits, -1)
    w = torch.ones_like(logits[0]) if weight is None else weight
    if torch.is_floating_point(labels):
        return -torch.einsum("nc,nc,c->", labels, log_probs, w) / logits.shape[0]
    labels, log_probs = labels[labels != ignore_index], log_probs[labels != ignore_index]
    targets = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return -torch.einsum("nc,nc,c->", targets, log_probs, w) / torch.einsum("nc,c->", targets, w)


def loss_loop(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    total: Any = 0.0
    divisor: Any = 0.0
    for z, y in zip(logits, labels, strict=True):
        log_prob = z - torch.log(torch.exp(z).sum())
        if labels.is_floating_point():
            for c in range(len(z)):
                total = total - log_prob[c] * y[c] * (1 if weight is None else weight[c])
            divisor = divisor + 1
        elif y != ignore_index:
            w = 1 if weight is None else weight[y]
            total, divisor = total - w * log_prob[y], divisor + w
    return total / divisor


def loss_double(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    weight = weight if weight is None else weight.double()
    labels = labels.double() if labels.is_floating_point() else labels
    return loss_nll(logits.double(), labels, weight, ignore_index)


def loss_shifted(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return loss_indexed(log_probs, labels, weight, ignore_index)


def loss_module(
    logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
) -> Tensor:
    log_probs = nn.LogSoftmax(dim=1)(logits)
    if labels.is_floating_point():
        w = 1.0 if weight is None else weight
        return torch.mean(torch.sum(-w * labels * log_probs, dim=1))
    return nn.NLLLoss(weight=weight, ignore_index=ignore_index)(log_probs, labels)


CROSS_ENTROPY = right_ways(
    loss_lecture,
    loss_nll,
    loss_indexed,
    loss_one_hot,
    loss_loop,
    loss_double,
    loss_shifted,
    loss_module,
)
