# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Honest ways to write the exercises of lab 3: all of them earn full marks."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Variant
from kdlab.models import TeacherCNN

Loss = Any


# --- 3-1 cosine_embedding_loss


def loss_where(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    cosine = F.cosine_similarity(x1, x2, dim=1)
    return torch.where(target == 1, 1 - cosine, torch.clamp(cosine - margin, min=0)).mean()


def loss_functional(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return F.cosine_embedding_loss(x1, x2, target, margin=margin)


def loss_module(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return nn.CosineEmbeddingLoss(margin=margin)(x1, x2, target)


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


# --- 3-2 TeacherCosine


class TeacherLecture(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        x = self.features(x)
        flattened_conv_output = torch.flatten(x, 1)
        x = self.classifier(flattened_conv_output)
        flattened_conv_output_after_pooling = torch.nn.functional.avg_pool1d(
            flattened_conv_output, 2
        )
        return x, flattened_conv_output_after_pooling


class TeacherReshape(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).reshape(len(x), -1)
        return self.classifier(flat), flat.reshape(len(x), 1024, 2).mean(dim=2)


class TeacherUnsqueeze(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = torch.flatten(self.features(x), start_dim=1)
        return self.classifier(flat), F.avg_pool1d(flat.unsqueeze(1), 2).squeeze(1)


class TeacherModule(TeacherCNN):
    """The pooling is a layer of its own, without parameters."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes=num_classes)
        self.pool = nn.AvgPool1d(kernel_size=2, stride=2)

    def forward(self, x: Tensor) -> Any:
        flat = nn.Flatten()(self.features(x))
        return self.classifier(flat), self.pool(flat)


class TeacherAdaptive(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        return self.classifier(flat), F.adaptive_avg_pool1d(flat, 1024)


class TeacherView(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).view(x.size(0), -1)
        logits = self.classifier(flat)
        pairs = flat.view(x.size(0), -1, 2)
        return logits, pairs.sum(-1) / 2


class TeacherEinsum(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        halves = flat.new_full((2,), 0.5)
        return self.classifier(flat), torch.einsum("nkp,p->nk", flat.unflatten(1, (-1, 2)), halves)


class TeacherSlices(TeacherCNN):
    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        return self.classifier(flat), (flat[:, 0::2] + flat[:, 1::2]) / 2


class TeacherMapPooling(TeacherCNN):
    """Neighbours in the flattened vector are horizontal neighbours in the map."""

    def forward(self, x: Tensor) -> Any:
        feature_map = self.features(x)
        hidden = F.avg_pool2d(feature_map, kernel_size=(1, 2)).flatten(1)
        return self.classifier(feature_map.flatten(1)), hidden


class TeacherSuper(TeacherCNN):
    """The parent's forward pass gives the logits; the features are computed twice."""

    def forward(self, x: Tensor) -> Any:
        return [super().forward(x), F.avg_pool1d(self.features(x).flatten(1), 2)]


# --- 3-3 cosine_step


def step_lecture(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
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


def step_detach(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    logits, hidden = student(inputs)
    wanted = teacher(inputs)[1].detach()
    target = torch.ones_like(labels)
    return hidden_rep_loss_weight * cosine_loss(hidden, wanted, target) + (
        ce_loss(logits, labels) * ce_loss_weight
    )


def step_teacher_first(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    """The cosine is symmetric, so the order of the two vectors makes no difference."""
    with torch.no_grad():
        wanted = teacher(inputs)[-1]
    logits, hidden = student(inputs)
    target = hidden.new_ones(hidden.shape[0])
    loss: Tensor = cosine_loss(wanted, hidden, target) * hidden_rep_loss_weight
    loss += ce_loss(logits, labels) * ce_loss_weight
    return loss


def step_inference_mode(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    with torch.inference_mode():
        wanted = teacher(inputs)[1]
    logits, hidden = student(inputs)
    ones = torch.ones(len(inputs), dtype=torch.long, device=inputs.device)
    losses = [
        hidden_rep_loss_weight * cosine_loss(hidden, wanted.clone(), ones),
        ce_loss_weight * ce_loss(logits, labels),
    ]
    return torch.stack(losses).sum()


def step_frozen(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    for parameter in teacher.parameters():
        parameter.requires_grad_(False)
    (_, wanted), (logits, hidden) = teacher(inputs), student(inputs)
    target = torch.full((inputs.shape[0],), 1.0, device=inputs.device)
    return sum(
        weight * loss
        for weight, loss in (
            (hidden_rep_loss_weight, cosine_loss(hidden, wanted, target)),
            (ce_loss_weight, ce_loss(logits, labels)),
        )
    )


def step_one_target(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    """A target of one element is broadcast."""
    with torch.no_grad():
        _, wanted = teacher(inputs)
    logits, hidden = student(inputs)
    hidden_rep_loss = cosine_loss(hidden, wanted, torch.tensor([1], device=inputs.device))
    return torch.add(
        ce_loss_weight * ce_loss(logits, labels), hidden_rep_loss_weight * hidden_rep_loss
    )


def step_double(
    teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
    hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Loss, cosine_loss: Loss,
) -> Tensor:
    with torch.no_grad():
        wanted = teacher(inputs)[1].double()
    logits, hidden = (output.double() for output in student(inputs))
    hidden_rep_loss = cosine_loss(hidden, wanted, torch.ones(len(labels), device=labels.device))
    return hidden_rep_loss_weight * hidden_rep_loss + ce_loss_weight * ce_loss(logits, labels)


def _table(*subjects: Any) -> tuple[Variant, ...]:
    """The functions and classes under their own names."""
    return tuple(Variant(subject.__name__, subject) for subject in subjects)


VARIANTS: dict[str, tuple[Variant, ...]] = {
    "3-1": _table(
        loss_where, loss_functional, loss_module, loss_similarity_module, loss_by_hand, loss_einsum,
        loss_loop, loss_double, loss_masks, loss_formula, loss_diagonal,
    ),
    "3-2": _table(
        TeacherLecture, TeacherReshape, TeacherUnsqueeze, TeacherModule, TeacherAdaptive,
        TeacherView, TeacherEinsum, TeacherSlices, TeacherMapPooling, TeacherSuper,
    ),
    "3-3": _table(
        step_lecture, step_detach, step_teacher_first, step_inference_mode, step_frozen,
        step_one_target, step_double,
    ),
}
