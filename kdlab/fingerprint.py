"""A short text that changes when a training would change.

An interrupted training may only be resumed by the same training. So the checkpoint carries a
fingerprint of what decides the result: the step with the functions that it calls, the numbers and
networks that it uses, the student's initial weights, and the images.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable

import torch
from torch import Tensor, nn

from kdlab.data import Split


def fingerprint(step: Callable[..., Tensor], model: nn.Module, **facts: object) -> str:
    """Fingerprint of a training, 16 hexadecimal digits.

    Parameters
    ----------
    step : callable
        The training step; functions of the notebook that it calls are followed.
    model : nn.Module
        The network as it starts.
    **facts
        What else decides the result: epochs, learning rate, seeds, the data's digest.
    """
    digest = hashlib.sha256(repr(sorted(facts.items())).encode())
    _Walker(digest).value(step)
    _Walker(digest).value(model)
    return digest.hexdigest()[:16]


def data_mark(split: Split) -> tuple[int, int, int]:
    """Three numbers that change when the images of a split, or their order, would change."""
    labels = split.labels * torch.arange(1, len(split) + 1, device=split.labels.device)
    return len(split), int(split.images.sum(dtype=torch.int64)), int(labels.sum())


class _Walker:
    """Feeds a digest with whatever a function's result depends on, each object once."""

    def __init__(self, digest: hashlib._Hash) -> None:
        self.digest = digest
        self.seen: set[int] = set()

    def value(self, value: object) -> None:
        """Feed one object; what is neither code, number nor network counts by its type."""
        if id(value) in self.seen:
            return
        self.seen.add(id(value))
        if isinstance(value, types.MethodType):
            self.value(value.__func__)
            self.value(value.__self__)
        elif isinstance(value, types.FunctionType):
            self.function(value)
        elif isinstance(value, nn.Module):
            self.network(value)
        elif isinstance(value, (int, float, str, bool, bytes, type(None))):
            self.digest.update(repr(value).encode())
        else:
            self.digest.update(type(value).__qualname__.encode())

    def function(self, function: types.FunctionType) -> None:
        """Feed a function's code, its defaults, and what it takes from around it."""
        self.code(function.__code__)
        for cell in function.__closure__ or ():
            self.value(cell.cell_contents)
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self.value(default)
        # Only the notebook's own functions are followed: libraries do not change in between.
        if function.__module__ == "__main__":
            for name in function.__code__.co_names:
                if name in function.__globals__:
                    self.value(function.__globals__[name])

    def code(self, code: types.CodeType) -> None:
        """Feed compiled code with its constants, nested functions included."""
        self.digest.update(code.co_code + repr(code.co_names).encode())
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.code(constant)
            else:
                self.digest.update(repr(constant).encode())

    def network(self, network: nn.Module) -> None:
        """Feed a network's structure, its weights, and its forward pass."""
        self.digest.update(repr(network).encode())
        for name, tensor in sorted(network.state_dict().items()):
            plain = tensor.detach().to("cpu", torch.float64).contiguous()
            self.digest.update(name.encode() + plain.numpy().tobytes())
        self.value(type(network).forward)
