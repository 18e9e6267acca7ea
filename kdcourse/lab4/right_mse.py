"""Honest ways to write exercise 4-1."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.exercise import right_ways


def mse_lecture(x: Tensor, y: Tensor) -> Tensor:
    return ((x - y) ** 2).mean()


def mse_sum(x: Tensor, y: Tensor) -> Tensor:
    return torch.sum((x - y).pow(2)) / x.numel()


def mse_flattened(x: Tensor, y: Tensor) -> Tensor:
    gap = (x - y).flatten()
    return gap.dot(gap) / len(gap)


def mse_einsum(x: Tensor, y: Tensor) -> Tensor:
    gap = (y - x).reshape(-1)
    return torch.einsum("m,m->", gap, gap) / gap.size(0)


def mse_norm(x: Tensor, y: Tensor) -> Tensor:
    return torch.linalg.vector_norm(x - y) ** 2 / x.numel()


def mse_expanded(x: Tensor, y: Tensor) -> Tensor:
    return torch.mean(x * x - 2 * x * y + y * y)


def mse_loop(x: Tensor, y: Tensor) -> Tensor:
    total = x.new_zeros(())
    for a, b in zip(x, y, strict=True):
        total = total + torch.pow(a - b, 2).mean()
    return total / x.shape[0]


def mse_double(x: Tensor, y: Tensor) -> Tensor:
    return torch.square(x.double() - y.double()).mean()


MSE = right_ways(
    mse_lecture,
    mse_sum,
    mse_flattened,
    mse_einsum,
    mse_norm,
    mse_expanded,
    mse_loop,
    mse_double,
)
