# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write the exercises of lab 2: all of them earn full marks."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Variant

Loss = Any


# --- 2-1 softmax_with_temperature


def softmax_functional(logits: Tensor, T: float) -> Tensor:
    return F.softmax(logits / T, dim=-1)


def softmax_module(logits: Tensor, T: float) -> Tensor:
    return nn.Softmax(dim=1)(logits / T)


def softmax_by_hand(logits: Tensor, T: float) -> Tensor:
    powers = torch.exp(logits / T)
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_shifted(logits: Tensor, T: float) -> Tensor:
    scaled = logits / T
    powers = torch.exp(scaled - scaled.max(dim=1, keepdim=True).values)
    return powers / powers.sum(1).unsqueeze(1)


def softmax_from_log(logits: Tensor, T: float) -> Tensor:
    return F.log_softmax(logits * (1 / T), dim=1).exp()


def softmax_logsumexp(logits: Tensor, T: float) -> Tensor:
    scaled = logits / T
    return (scaled - torch.logsumexp(scaled, 1, keepdim=True)).exp()


def softmax_rows(logits: Tensor, T: float) -> Tensor:
    return torch.stack([torch.softmax(row / T, dim=0) for row in logits])


def softmax_double(logits: Tensor, T: float) -> Tensor:
    return torch.softmax(logits.double() / T, dim=1)


# --- 2-2 soft_targets_loss


def loss_lecture(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    soft_targets = nn.functional.softmax(teacher_logits / T, dim=-1)
    soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
    return torch.sum(soft_targets * (soft_targets.log() - soft_prob)) / soft_prob.size()[0] * (T**2)


def loss_plain_softmax(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    soft_targets = torch.softmax(teacher_logits / T, dim=-1)
    student_prob = torch.softmax(student_logits / T, dim=-1)
    loss = torch.sum(soft_targets * (soft_targets.log() - student_prob.log()))
    return loss / student_prob.size()[0] * T**2


def loss_batchmean(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    student = F.log_softmax(student_logits / T, dim=1)
    teacher = F.softmax(teacher_logits / T, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean") * T**2


def loss_log_target(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    student, teacher = (F.log_softmax(x / T, dim=1) for x in (student_logits, teacher_logits))
    return nn.KLDivLoss(reduction="batchmean", log_target=True)(student, teacher) * (T * T)


def loss_detached(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    teacher = F.softmax(teacher_logits.detach() / T, dim=1)
    pointwise = F.kl_div(F.log_softmax(student_logits / T, dim=1), teacher, reduction="none")
    return pointwise.sum(dim=1).mean() * T**2


def loss_einsum(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    q, p = (torch.log_softmax(x / T, 1) for x in (student_logits, teacher_logits))
    return torch.einsum("nc,nc->", p.exp(), p - q) * T**2 / len(q)


def loss_logsumexp(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    z, v = student_logits / T, teacher_logits / T
    log_q = z - z.logsumexp(1, keepdim=True)
    log_p = v - v.logsumexp(1, keepdim=True)
    return T**2 * (log_p.exp() * (log_p - log_q)).sum(1).mean()


def loss_loop(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    total = student_logits.new_zeros(())
    for z, v in zip(student_logits, teacher_logits, strict=True):
        p = torch.softmax(v / T, 0)
        total = total + (p * (p.log() - torch.log_softmax(z / T, 0))).sum()
    return T**2 * total / student_logits.shape[0]


def loss_double(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    return loss_lecture(student_logits.double(), teacher_logits.double(), T)


def loss_entropies(student_logits: Tensor, teacher_logits: Tensor, T: float) -> Tensor:
    p = torch.softmax(teacher_logits / T, 1)
    cross_entropy = F.cross_entropy(student_logits / T, p)
    return (cross_entropy - torch.distributions.Categorical(probs=p).entropy().mean()) * T**2


# --- 2-3 knowledge_distillation_step


def step_lecture(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
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


def step_plain_softmax(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        teacher_logits = teacher(inputs)
    student_logits = student(inputs)
    return soft_target_loss_weight * loss_plain_softmax(
        student_logits, teacher_logits, T
    ) + ce_loss_weight * ce_loss(student_logits, labels)


def step_detach(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    z, v = student(inputs), teacher(inputs).detach()
    soft = F.kl_div(F.log_softmax(z / T, 1), F.softmax(v / T, 1), reduction="batchmean") * T**2
    return soft_target_loss_weight * soft + ce_loss_weight * ce_loss(z, labels)


def step_module_loss(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    kl = nn.KLDivLoss(reduction="batchmean", log_target=True)
    student_logits = student(inputs)
    with torch.no_grad():
        target = torch.log_softmax(teacher(inputs) / T, 1)
    soft = kl(torch.log_softmax(student_logits / T, 1), target) * T * T
    loss: Tensor = soft * soft_target_loss_weight
    loss += ce_loss(student_logits, labels) * ce_loss_weight
    return loss


def step_frozen(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    for parameter in teacher.parameters():
        parameter.requires_grad_(False)
    z = student(inputs)
    soft = loss_einsum(z, teacher(inputs), T)
    return soft * soft_target_loss_weight + ce_loss_weight * ce_loss(z, labels)


def step_inference_mode(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    with torch.inference_mode():
        v = teacher(inputs)
    z = student(inputs)
    soft = loss_log_target(z, v.clone(), T)
    return torch.stack(
        [soft_target_loss_weight * soft, ce_loss_weight * ce_loss(z, labels)]
    ).sum()


def step_double(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor, T: float,
    soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Loss,
) -> Tensor:
    z = student(inputs).double()
    soft = loss_loop(z, teacher(inputs).detach().double(), T)
    return soft_target_loss_weight * soft + ce_loss_weight * ce_loss(z, labels)


# --- 2-4 soft_target_gradient


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


def _table(*functions: Any) -> tuple[Variant, ...]:
    """The functions under their own names."""
    return tuple(Variant(function.__name__, function) for function in functions)


VARIANTS: dict[str, tuple[Variant, ...]] = {
    "2-1": _table(
        softmax_functional, softmax_module, softmax_by_hand, softmax_shifted, softmax_from_log,
        softmax_logsumexp, softmax_rows, softmax_double,
    ),
    "2-2": _table(
        loss_lecture, loss_plain_softmax, loss_batchmean, loss_log_target, loss_detached,
        loss_einsum, loss_logsumexp, loss_loop, loss_double, loss_entropies,
    ),
    "2-3": _table(
        step_lecture, step_plain_softmax, step_detach, step_module_loss, step_frozen,
        step_inference_mode, step_double,
    ),
    "2-4": _table(
        gradient_equation, gradient_short, gradient_by_hand, gradient_from_logs, gradient_rows,
        gradient_no_grad, gradient_double, gradient_loop,
    ),
}
