"""Honest ways to write exercise 3-1."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import right_ways


def loss_where(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = F.cosine_similarity(x1, x2, dim=1)
    return torch.where(target == 1, 1 - cosine, torch.clamp(cosine - margin, min=0)).mean()


def loss_similarity_module(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = nn.CosineSimilarity(dim=1)(x1, x2)
    return torch.where(target > 0, 1 - cosine, F.relu(cosine - margin)).sum() / x1.shape[0]


def loss_by_hand(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    dot = torch.sum(x1 * x2, dim=1)
    cosine = dot / (torch.sqrt((x1**2).sum(dim=1)) * torch.sqrt((x2**2).sum(dim=1)))
    apart = torch.maximum(torch.zeros_like(cosine), cosine - margin)
    return torch.where(target == -1, apart, 1 - cosine).mean()


def loss_einsum(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = torch.einsum("nd,nd->n", F.normalize(x1, dim=1), F.normalize(x2, dim=1))
    return torch.where(target == 1, 1 - cosine, F.relu(cosine - margin)).mean()


def loss_loop(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    total = x1.new_zeros(())
    for a, b, y in zip(x1, x2, target, strict=True):
        cosine = torch.dot(a, b) / (a.norm() * b.norm())
        if y == 1:
            total = total + 1 - cosine
        elif cosine > margin:
            total = total + cosine - margin
        else:
            total = total + 0 * cosine
    return total / len(x1)


def loss_double(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return loss_by_hand(x1.double(), x2.double(), target, margin)


def loss_masks(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = F.cosine_similarity(x1, x2)
    terms = torch.zeros_like(cosine)
    together = target == 1
    terms[together] = 1 - cosine[together]
    terms[~together] = (cosine[~together] - margin).clamp(min=0)
    return terms.mean()


def loss_formula(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = (x1 * x2).sum(1) / torch.linalg.vector_norm(x1, dim=1) / x2.norm(dim=1)
    together, apart = (1 + target) / 2, (1 - target) / 2
    return (together * (1 - cosine) + apart * torch.relu(cosine - margin)).mean()


def loss_diagonal(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = torch.diagonal(F.normalize(x1) @ F.normalize(x2).T)
    return torch.where(target.bool() & (target > 0), 1 - cosine, (cosine - margin).relu()).mean()


LOSS = right_ways(
    loss_where,
    loss_similarity_module,
    loss_by_hand,
    loss_einsum,
    loss_loop,
    loss_double,
    loss_masks,
    loss_formula,
    loss_diagonal,
)
