"""Honest ways to write exercise 2-4."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import right_ways
from kdcourse.lab2.right_common import softmax_by_hand


def gradient_equation(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    q = torch.softmax(student_logits / T, dim=1)
    p = torch.softmax(teacher_logits / T, dim=1)
    return (q - p) / T * T**2 / student_logits.shape[0]


def gradient_short(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    q, p = (F.softmax(x / T, -1) for x in (student_logits, teacher_logits))
    return T / len(q) * (q - p)


def gradient_by_hand(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    powers = ((logits / T).exp() for logits in (student_logits, teacher_logits))
    q, p = (power / power.sum(1, keepdim=True) for power in powers)
    return (q - p) * T / q.size(0)


def gradient_from_logs(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    q, p = (torch.log_softmax(x / T, 1).exp() for x in (student_logits, teacher_logits))
    return torch.sub(q, p).mul(T).div(q.shape[0])


def gradient_rows(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    rows = [
        (torch.softmax(z / T, 0) - torch.softmax(v / T, 0)) * T
        for z, v in zip(student_logits, teacher_logits, strict=True)
    ]
    return torch.stack(rows) / len(rows)


def gradient_no_grad(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    with torch.no_grad():
        return gradient_equation(student_logits, teacher_logits, T)


def gradient_double(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    return gradient_short(student_logits.double(), teacher_logits.double(), T)


def gradient_loop(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    gradient = torch.empty_like(student_logits)
    q, p = softmax_by_hand(student_logits, T), softmax_by_hand(teacher_logits, T)
    for row in range(len(q)):
        for column in range(q.shape[1]):
            gradient[row, column] = (q[row, column] - p[row, column]) * T / len(q)
    return gradient


GRADIENT = right_ways(
    gradient_equation,
    gradient_short,
    gradient_by_hand,
    gradient_from_logs,
    gradient_rows,
    gradient_no_grad,
    gradient_double,
    gradient_loop,
)
