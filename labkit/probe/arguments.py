"""Builds the arguments of a call from the plain data of a case."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from labkit.judge.case import Array, Case
from labkit.probe.networks import ProbeNetwork, build_network


class Ingredients:
    """The arguments of one call, and the copies that show afterwards whether they were changed.

    Attributes
    ----------
    arguments : dict
        What the student's function gets, in the order of the call.
    leaves : dict of Tensor
        Where the gradients of the arguments named in ``case.gradients`` arrive.
    networks : dict of ProbeNetwork
        The arguments that are networks.
    """

    def __init__(self, case: Case, device: str) -> None:
        self.case, self.device = case, device
        self.dtype = getattr(torch, case.dtype)
        self.leaves: dict[str, Tensor] = {}
        self.networks: dict[str, ProbeNetwork] = {}
        self.arguments = {name: self._build(name, v) for name, v in case.arguments.items()}
        self._plain = {name: v for name, v in case.arguments.items() if isinstance(v, list)}
        self._before = self._snapshot()

    def changed(self) -> list[str]:
        """Names of the arguments that do not hold the values any more that they were given."""
        pairs = zip(self._before.items(), self._snapshot().values(), strict=True)
        found = [name for (name, old), new in pairs if not torch.equal(old, new)]
        return found + [name for name, old in self._plain.items() if self.arguments[name] != old]

    def _build(self, name: str, value: Any) -> Any:
        match value:
            case np.ndarray():
                return self._tensor(name, value)
            case {"network": spec}:
                self.networks[name] = build_network(spec, self.dtype, self.device)
                return self.networks[name]
            case {"loss": loss}:
                options = {key: option for key, option in value.items() if key != "loss"}
                return getattr(nn, loss)(**options)
            case {"batches": batches}:
                return [tuple(self._tensor("", part) for part in batch) for batch in batches]
        return deepcopy(value)  # a list that is sorted in place must not change the case

    def _tensor(self, name: str, array: Array) -> Tensor:
        """A tensor of the case's type and layout.

        One that gets a gradient is a copy of its leaf, so that a function which changes it in place
        is found out by the values, and not by autograd's message about leaves.
        """
        if not np.issubdtype(array.dtype, np.floating):
            return torch.tensor(array, device=self.device)
        tensor = torch.tensor(array, dtype=self.dtype, device=self.device)
        if name in self.case.gradients:
            self.leaves[name] = tensor.requires_grad_()
        if self.case.layout == "strided":
            return torch.stack((tensor, tensor), -1)[..., 0]
        return tensor.clone()

    def _snapshot(self) -> dict[str, Tensor]:
        tensors: dict[str, Tensor] = {}
        for name, argument in self.arguments.items():
            if isinstance(argument, Tensor):
                tensors[name] = argument
            elif isinstance(argument, nn.Module):
                tensors |= {f"{name}.{part}": p for part, p in argument.named_parameters()}
            elif isinstance(argument, list) and name not in self._plain:
                parts = (part for batch in argument for part in batch)
                tensors |= {f"{name}[{number}]": part for number, part in enumerate(parts)}
        return {name: tensor.detach().clone() for name, tensor in tensors.items()}
