"""What the exercises of several labs share: titles of checks, and probe networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.rounding import Array, Rounded
from kdlab.checks.messages import Text

VALUE = ("value",)
GRADIENT = ("gradient",)
CONTRACT = ("shape", "form", "inputs")

FORM = Text(
    "결과의 shape과 형식, 입력을 바꾸지 않음", "Shape and form of the result; inputs left alone"
)
SIZE = Text(
    "한 개의 샘플, 2개와 100개의 class, 다른 메모리 순서와 자료형",
    "One sample, 2 and 100 classes, other memory layout and type",
)


def network(
    parameters: dict[str, Array], training: bool, wrong_mode: str, **options: Any
) -> dict[str, Any]:
    """A probe network that gives other outputs in the mode that it should not be run in.

    Parameters
    ----------
    parameters : dict of array
        ``weight``, ``bias`` and perhaps ``hidden_weight``; see `kdlab.checks.networks`.
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
