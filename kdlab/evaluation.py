"""Measures of a trained network, alone and against its teacher.

All of them run in eval mode without gradients, restore the mode that they found, and weigh every
image alike, whatever the sizes of the batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.models import StudentCNN, TeacherCNN

Batch = tuple[Tensor, Tensor]  # inputs (N, 3, H, W) and labels (N,)
Outputs = Tensor | tuple[Tensor, ...]  # what a network returns: logits, perhaps with more
#: What a student of lab 2 is judged by beside its teacher.
MEASURES = ("accuracy", "agreement", "kl")
KL_TEMPERATURE = 4.0  # one for all students, so that they can be compared


@contextmanager
def evaluating(*models: nn.Module) -> Iterator[None]:
    """Eval mode and no gradient inside; afterwards each module is in the mode it was in before."""
    modes = [(module, module.training) for model in models for module in model.modules()]
    for model in models:
        model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def logits_of(outputs: Outputs) -> Tensor:
    """The logits, whether a network returns them alone or first in a tuple."""
    return outputs if isinstance(outputs, Tensor) else outputs[0]


def predict(model: nn.Module, batches: Iterable[Batch]) -> Tensor:
    """Logits of all images.

    Returns
    -------
    Tensor
        ``(number of images, C)``, float32, in the order of the batches.
    """
    with evaluating(model):
        return torch.cat([logits_of(model(inputs)).float() for inputs, _ in batches])


def accuracy(model: nn.Module, batches: Iterable[Batch]) -> float:
    """Share of images whose largest logit is the label's; 0 to 1, the best value is 1."""

    def hits(inputs: Tensor, labels: Tensor) -> Tensor:
        return logits_of(model(inputs)).argmax(1) == labels  # (N,)

    return _mean_over_images(hits, batches, model)


def agreement(student: nn.Module, teacher: nn.Module, batches: Iterable[Batch]) -> float:
    """Share of images for which student and teacher predict the same class, right or wrong.

    Between 0 and 1; 1 means that the student decides as the teacher does everywhere (Stanton 2021,
    "Does knowledge distillation really work?", section 3, top-1 agreement).
    """

    def same(inputs: Tensor, _: Tensor) -> Tensor:
        of_student = logits_of(student(inputs)).argmax(1)
        return of_student == logits_of(teacher(inputs)).argmax(1)  # (N,)

    return _mean_over_images(same, batches, student, teacher)


def kl_to_teacher(
    student: nn.Module, teacher: nn.Module, batches: Iterable[Batch], T: float
) -> float:
    """Mean of KL(teacher ‖ student) of the softened predictions, times T², in nats; 0 is the best.

    Parameters
    ----------
    T : float
        Temperature, above 0.

    References
    ----------
    Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network", section 2.
    """

    def divergence(inputs: Tensor, _: Tensor) -> Tensor:
        log_q = F.log_softmax(logits_of(student(inputs)).double() / T, dim=1)  # (N, C)
        log_p = F.log_softmax(logits_of(teacher(inputs)).double() / T, dim=1)  # (N, C)
        return (log_p.exp() * (log_p - log_q)).sum(1) * T**2  # (N,)

    return _mean_over_images(divergence, batches, student, teacher)


def hidden_cosine(student: StudentCNN, teacher: TeacherCNN, batches: Iterable[Batch]) -> float:
    """Mean cosine between the hidden vectors of student and teacher; −1 to 1, 1 is the best.

    The hidden vector is the flattened feature map; the teacher's 2,048 values are averaged in
    pairs of neighbours to the student's 1,024, as in the lecture.
    """

    def cosine(inputs: Tensor, _: Tensor) -> Tensor:
        of_student = student.features(inputs).flatten(1)  # (N, 1024)
        of_teacher = teacher.features(inputs).flatten(1)  # (N, 2048)
        pairs = of_teacher.unflatten(1, (of_student.shape[1], -1))  # (N, 1024, 2)
        return F.cosine_similarity(of_student, pairs.mean(2), dim=1)  # (N,)

    return _mean_over_images(cosine, batches, student, teacher)


def feature_mse(student: nn.Module, teacher: TeacherCNN, batches: Iterable[Batch]) -> float:
    """Mean squared difference between the regressed map and the teacher's map; 0 is the best.

    Parameters
    ----------
    student : nn.Module
        Its forward returns ``(logits, regressor_output)``, the latter ``(N, 32, 8, 8)``.
    teacher : TeacherCNN
        Its ``features`` give the map ``(N, 32, 8, 8)``.
    """

    def squared(inputs: Tensor, _: Tensor) -> Tensor:
        difference: Tensor = student(inputs)[1] - teacher.features(inputs)  # (N, 32, 8, 8)
        return difference.flatten(1).square().mean(1)  # (N,)

    return _mean_over_images(squared, batches, student, teacher)


def _mean_over_images(
    measure: Callable[[Tensor, Tensor], Tensor], batches: Iterable[Batch], *models: nn.Module
) -> float:
    """Mean of a measure per image, ``(N,)``, over all images of all batches."""
    total, count = 0.0, 0
    with evaluating(*models):
        for inputs, labels in batches:
            total += measure(inputs, labels).double().sum().item()
            count += len(labels)
    if count == 0:
        raise ValueError("There are no images to measure on: the batches are empty.")
    return total / count


def measures(
    student: nn.Module, teacher: nn.Module, batches: Iterable[Batch]
) -> dict[str, float]:
    """All of `MEASURES`, by name; the KL divergence at T = 4."""
    return {
        "accuracy": accuracy(student, batches),
        "agreement": agreement(student, teacher, batches),
        "kl": kl_to_teacher(student, teacher, batches, T=KL_TEMPERATURE),
    }
