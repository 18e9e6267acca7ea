"""The public inputs of an exercise as tensors: to try one's code on, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from labkit.judge.sheet import Trial
from labkit.probe.arguments import Ingredients
from labkit.probe.weights import images_of, load_weights


@dataclass(frozen=True, eq=False, repr=False)
class Example:
    """What a self-check gives to an exercise, and what it expects.

    Attributes
    ----------
    inputs : dict
        What the function gets, or the class when an instance is made, by name and in this order:
        ``f(**example.inputs)``. Tensors whose gradient is looked at collect it.
    expected : dict of Tensor
        ``"value"`` and what else is compared, such as ``"gradient:logits"``.
    images : Tensor or None
        For a class: what goes into an instance, (N, 3, H, W).
    """

    inputs: dict[str, Any]
    expected: dict[str, Tensor]
    images: Tensor | None = None
    _weights: int | None = None

    def prepare(self, model: nn.Module) -> nn.Module:
        """Put the weights that the self-check uses into an instance, in eval mode."""
        if self._weights is not None:
            load_weights(model, self._weights)
        return model.eval()

    def __repr__(self) -> str:
        images = {} if self.images is None else {"images": self.images}
        parts = {"inputs": self.inputs | images, "expected": self.expected}
        lines = [
            line
            for part, values in parts.items()
            for line in (part, *(f"  {name} = {value!r}" for name, value in values.items()))
        ]
        return "\n".join(lines)


def example_of(trial: Trial) -> Example:
    """The inputs of a trial as tensors, with the values and gradients that are expected there."""
    case = trial.case
    made = Ingredients(case, "cpu")
    expected = {
        entry: torch.tensor(target.value, dtype=made.dtype)
        for entry, target in trial.expected.items()
        if entry.partition(":")[0] in ("value", "gradient")
    }
    inputs = made.arguments | made.leaves
    if case.kind != "module":
        return Example(inputs, expected)
    images = torch.tensor(images_of(**case.options["inputs"]), dtype=made.dtype)
    # Gradients of a class's weights are compared in a digest, which says nothing to a reader.
    values = {entry: value for entry, value in expected.items() if entry.startswith("value")}
    return Example(inputs, values, images, case.options["weights"])
