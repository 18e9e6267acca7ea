"""Cross-entropy with class weights and ignored labels from its definition, in float64 NumPy.

Both kinds of labels become targets ``t`` (N, C) and a divisor ``d``; the loss is
``−Σ t · log softmax(z) / d``. Weights may be `Rounded`, so that the weighted mean has a tolerance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kdcourse.references.losses import Values, log_softmax, one_hot, softmax


def index_targets(
    labels: Any, classes: int, weight: Values | None = None, ignore_index: int = -100
) -> tuple[Values, Values]:
    """Targets and divisor of class indices: the divisor is the sum of the weights that count."""
    kept = np.asarray(labels) != ignore_index
    targets = one_hot(np.where(kept, labels, 0), classes) * kept[:, None]  # (N, C)
    if weight is None:
        return targets, float(kept.sum())
    weighted = weight * targets
    return weighted, np.sum(weighted)


def probability_targets(
    probabilities: Any, weight: Values | None = None
) -> tuple[Values, Values]:
    """Targets and divisor of class probabilities: the divisor is always the number of rows."""
    targets = probabilities if weight is None else weight * probabilities
    return targets, float(len(probabilities))


def targets_loss(logits: Values, targets: Values, divisor: Values) -> Values:
    """``−Σ_n Σ_c t_nc log softmax(z_n)_c / d``, a number."""
    return -np.sum(log_softmax(logits) * targets) / divisor


def targets_gradient(logits: Values, targets: Values, divisor: Values) -> Values:
    """Derivative of `targets_loss` by the logits: (N, C)."""
    return (softmax(logits) * np.sum(targets, axis=1, keepdims=True) - targets) / divisor


def targets_of(
    labels: Any, classes: int, weight: Values | None = None, ignore_index: int = -100
) -> tuple[Values, Values]:
    """Targets and divisor of either kind of labels: floats are probabilities."""
    if np.issubdtype(np.asarray(labels).dtype, np.floating):
        return probability_targets(labels, weight)
    return index_targets(labels, classes, weight, ignore_index)
