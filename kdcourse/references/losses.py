"""The losses from their definitions, in float64 NumPy.

Every function takes arrays, or `autograder.checks.rounding.Rounded` arrays, which then also give
the tolerance. Nothing here comes from ``torch.nn`` or from the solutions. Logits are (N, C).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Values = Any
"""An array or a `Rounded` array."""


def softmax(logits: Values, T: float = 1.0) -> Values:
    """``exp(z_i / T) / sum_j exp(z_j / T)`` of each row."""
    scaled = logits / T
    powers = np.exp(scaled - np.max(scaled, axis=1, keepdims=True))  # (N, C)
    return powers / np.sum(powers, axis=1, keepdims=True)


def log_softmax(logits: Values, T: float = 1.0) -> Values:
    """Logarithm of `softmax`, also where the probability underflows."""
    scaled = logits / T
    shifted = scaled - np.max(scaled, axis=1, keepdims=True)  # (N, C)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def one_hot(labels: Any, classes: int) -> Any:
    """Rows with a 1 at the label: (N, C)."""
    return np.eye(classes)[np.asarray(labels)]


def smoothed(labels: Any, classes: int, smoothing: float) -> Any:
    """Labels as probabilities, ``smoothing`` of them spread evenly over all classes: (N, C)."""
    return one_hot(labels, classes) * (1 - smoothing) + smoothing / classes


def soft_targets_loss(student_logits: Values, teacher_logits: Values, T: float) -> Values:
    """``T² / N · Σ_n KL(softmax(v/T) ‖ softmax(z/T))`` (Hinton, Vinyals, Dean 2015, section 2)."""
    p = softmax(teacher_logits, T)
    terms = p * (log_softmax(teacher_logits, T) - log_softmax(student_logits, T))  # (N, C)
    return np.sum(terms) * T**2 / len(student_logits)


def soft_targets_gradient(student_logits: Values, teacher_logits: Values, T: float) -> Values:
    """Derivative of `soft_targets_loss` by the student's logits: ``T / N · (q − p)``, (N, C)."""
    return (softmax(student_logits, T) - softmax(teacher_logits, T)) * (T / len(student_logits))


def soft_targets_teacher_gradient(
    student_logits: Values, teacher_logits: Values, T: float
) -> Values:
    """Derivative of `soft_targets_loss` by the teacher's logits, (N, C)."""
    p = softmax(teacher_logits, T)
    gap = log_softmax(teacher_logits, T) - log_softmax(student_logits, T)
    return p * (gap - np.sum(p * gap, axis=1, keepdims=True)) * (T / len(student_logits))


def cross_entropy(logits: Values, probabilities: Any) -> Values:
    """Mean over the rows of ``−Σ_c y_c log softmax(z)_c``, with class probabilities (N, C)."""
    return -np.sum(log_softmax(logits) * probabilities) / len(logits)


def cross_entropy_gradient(logits: Values, probabilities: Any) -> Values:
    """Derivative of `cross_entropy` by the logits, for probabilities that sum to 1: (N, C)."""
    return (softmax(logits) - probabilities) / len(logits)
