"""The network that is quantised, and what is measured on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from quantlab.data import Digits

#: The layers with weights, from the image to the logits.
LAYERS = ("conv1", "conv2", "conv3", "fc")
#: Negative activations survive a leaky ReLU, so their ranges are not symmetric around 0.
SLOPE = 0.1

#: From a weight (O, …) and a number of bits: integers (O, …), scales (O,), errors (O,).
Quantiser = Callable[[Tensor, int], tuple[Any, Any, Any]]


class DigitsCNN(nn.Module):
    """Three convolutions and a linear layer: 15 248 weights, for digits of 8 × 8 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 2 * 2, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 10) of images (N, 1, 8, 8)."""
        x = F.leaky_relu(self.conv1(x), SLOPE)  # (N, 16, 8, 8)
        x = F.max_pool2d(F.leaky_relu(self.conv2(x), SLOPE), 2)  # (N, 32, 4, 4)
        x = F.max_pool2d(F.leaky_relu(self.conv3(x), SLOPE), 2)  # (N, 32, 2, 2)
        logits: Tensor = self.fc(x.flatten(1))
        return logits

    def layer(self, name: str) -> nn.Conv2d | nn.Linear:
        """The layer with a name of `LAYERS`."""
        found = getattr(self, name)
        assert isinstance(found, nn.Conv2d | nn.Linear)
        return found


@torch.no_grad()
def accuracy(network: nn.Module, digits: Digits) -> float:
    """Share of the images whose class the network tells, 0 to 1."""
    return float((network(digits.images).argmax(1) == digits.labels).float().mean())


@torch.no_grad()
def loss(network: nn.Module, digits: Digits) -> float:
    """Mean cross-entropy on the images, 0 or more."""
    return float(F.cross_entropy(network(digits.images), digits.labels))


def sizes(network: DigitsCNN, layers: Iterable[str] = LAYERS) -> Tensor:
    """How many weights each layer has, (L,), int64."""
    return torch.tensor([network.layer(name).weight.numel() for name in layers])


@torch.no_grad()
def quantised_copy(network: DigitsCNN, bits: Mapping[str, int], quantise: Quantiser) -> DigitsCNN:
    """The network with the weights that are left of some layers after quantisation.

    Parameters
    ----------
    bits : mapping of str to int
        Layers and their bits; the other layers stay as they are.
    quantise : callable
        Such as ``quantise_per_channel`` of exercise q-2.
    """
    copy = deepcopy(network)
    for name, number in bits.items():
        weight = copy.layer(name).weight
        integers, scales = quantise(weight.detach().clone(), number)[:2]
        by_channel = torch.as_tensor(scales).reshape(-1, *[1] * (weight.ndim - 1))  # (O, 1, 1, 1)
        weight.copy_(torch.as_tensor(integers).to(weight.dtype) * by_channel)
    return copy


def sensitivities(
    network: DigitsCNN, digits: Digits, options: Iterable[int], quantise: Quantiser
) -> Tensor:
    """By how much the loss grows when one layer alone is quantised: (L, B).

    Parameters
    ----------
    options : iterable of int
        The numbers of bits to try, one column each.
    """
    before = loss(network, digits)
    return torch.tensor(
        [
            [loss(quantised_copy(network, {n: int(b)}, quantise), digits) - before for b in options]
            for n in LAYERS
        ]
    )
