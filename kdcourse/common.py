"""What the cases of several labs share: probe networks, and their gradients as one vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.rounding import Array, Rounded


def network(
    parameters: dict[str, Array], training: bool, wrong_mode: str, **options: Any
) -> dict[str, Any]:
    """A probe network that gives other outputs in the mode that it should not be run in.

    Parameters
    ----------
    parameters : dict of array
        ``weight``, ``bias`` and perhaps ``hidden_weight``; see `labkit.probe.networks`.
    wrong_mode : {"train", "eval", "grad"}
        The mode in which the outputs are 1.5 times as large.
    **options
        ``hidden_shape``.
    """
    spec = {"parameters": parameters, "training": training, "factors": {wrong_mode: 1.5}}
    return {"network": spec | options}


def flat(*gradients: Any) -> Rounded:
    """Gradients of a network's parameters, in their order, as one vector."""
    vector: Any = np.concatenate([gradient.reshape(-1) for gradient in gradients])
    assert isinstance(vector, Rounded)
    return vector
