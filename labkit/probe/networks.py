"""A network so small that a check can work out its outputs by hand, and that tells on its mode.

Its logits are multiplied by a factor for the mode that it runs in. A training step that runs the
teacher in train mode, or measures accuracy with gradients switched on, then gets other *values*;
nobody has to look inside the student's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


class ProbeNetwork(nn.Module):
    """``flatten(inputs) @ weight + bias``, times the factors of the mode.

    Parameters
    ----------
    parameters : dict of Tensor
        ``weight`` (D, C) and ``bias`` (C,); with ``hidden_weight`` (D, H) the network returns
        ``(logits, hidden)``.
    hidden_shape : sequence of int, optional
        Shape of one ``hidden``, such as ``(2, 2, 2)`` for a map of H = 8 values.
    factors : dict of float
        Factors of the logits and of ``hidden``: ``"train"`` and ``"eval"`` for the mode, ``"grad"``
        while gradients are recorded. What is not named counts 1.
    """

    weight: nn.Parameter
    bias: nn.Parameter
    hidden_weight: nn.Parameter
    passes_in_train_mode: Tensor

    def __init__(
        self,
        parameters: Mapping[str, Tensor],
        hidden_shape: tuple[int, ...] | None = None,
        factors: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__()
        for name, value in parameters.items():
            self.register_parameter(name, nn.Parameter(value))
        self.has_hidden = "hidden_weight" in parameters
        self.hidden_shape = hidden_shape
        self.factors = dict(factors or {})
        # Like a batch norm's statistics: a frozen teacher must not touch it.
        self.register_buffer("passes_in_train_mode", torch.zeros(()))

    def forward(self, inputs: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Logits (N, C), or logits and hidden (N, H) or (N, *hidden_shape)."""
        if self.training:
            self.passes_in_train_mode += 1
        flat = inputs.flatten(1)  # (N, D)
        logits = (flat @ self.weight + self.bias) * self.factor()  # (N, C)
        if not self.has_hidden:
            return logits
        hidden = (flat @ self.hidden_weight) * self.factor()  # (N, H)
        if self.hidden_shape is not None:
            hidden = hidden.unflatten(1, self.hidden_shape)
        return logits, hidden

    def factor(self) -> float:
        """The product of the factors that apply now."""
        factor = self.factors.get("train" if self.training else "eval", 1.0)
        return factor * (self.factors.get("grad", 1.0) if torch.is_grad_enabled() else 1.0)


def build_network(spec: Mapping[str, Any], dtype: torch.dtype, device: str) -> ProbeNetwork:
    """The network that a case describes.

    Parameters
    ----------
    spec : dict
        ``parameters`` (arrays), ``training`` (bool), and the options of `ProbeNetwork`.
    """
    parameters = {
        name: torch.tensor(value, dtype=dtype, device=device)
        for name, value in spec["parameters"].items()
    }
    shape = spec.get("hidden_shape")
    network = ProbeNetwork(parameters, tuple(shape) if shape else None, spec.get("factors"))
    return network.to(device).train(spec["training"])
