"""Quantises a network with the notebook's own functions, as exercise q-e asks.

Here a network is quantised, nowhere is it measured: what it has to reach stays with the grader.
Weights come as arrays, integers and scales go as arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from labkit.judge.case import Array, Fault
from labkit.probe.faults import fault_of
from torch import Tensor

from quantlab.data import load_digits
from quantlab.network import LAYERS, SLOPE, DigitsCNN, quantised_copy, sensitivities, sizes

NEEDED = ("affine_quantise", "quantise_per_channel", "choose_bits")


def quantise_network(
    names: Mapping[str, Any],
    weights: dict[str, Array],
    options: list[int],
    budget: int,
    activation_bits: int,
) -> dict[str, Any] | Fault:
    """Weights and activations in integers; what the student's code raises is a fault.

    Parameters
    ----------
    names : mapping
        The notebook's names.
    weights : dict of arrays
        Of a `DigitsCNN`, by the names of its parameters.
    options : list of int
        Numbers of bits that a layer may have.
    budget : int
        Bits that the weights may take in all.
    activation_bits : int
        Bits of each layer's input.

    Returns
    -------
    dict or Fault
        For each layer ``bits``, integers ``q`` (O, …), ``scales`` (O,), and of its input
        ``input_scale`` and ``input_zero_point``.
    """
    absent = [name for name in NEEDED if not callable(names.get(name))]
    if absent:
        return Fault("undefined", {"names": ", ".join(absent)})
    try:
        network = DigitsCNN().eval()
        network.load_state_dict({name: torch.from_numpy(w.copy()) for name, w in weights.items()})
        bits = _choose(names, network, options, budget)
        layers = {name: _weights(names, network, name, bits[name]) for name in LAYERS}
        quantised = quantised_copy(network, bits, names["quantise_per_channel"])
        for name, found in _inputs(names, quantised, activation_bits).items():
            layers[name] |= found
        return layers
    except Exception as error:  # whatever the student's code raises
        return fault_of(error)


def _choose(
    names: Mapping[str, Any], network: DigitsCNN, options: list[int], budget: int
) -> dict[str, int]:
    """The bits of each layer, by q-3 on the losses that q-2 leaves."""
    calibration = load_digits("calibration")
    losses = sensitivities(network, calibration, options, names["quantise_per_channel"])  # (L, B)
    chosen = names["choose_bits"](losses, sizes(network), torch.tensor(options), budget)
    if len(chosen) != len(LAYERS):
        raise ValueError(f"choose_bits gave {len(chosen)} numbers for {len(LAYERS)} layers")
    return {name: int(bits) for name, bits in zip(LAYERS, chosen, strict=True)}


def _weights(
    names: Mapping[str, Any], network: DigitsCNN, layer: str, bits: int
) -> dict[str, Any]:
    weight = network.layer(layer).weight.detach().clone()
    integers, scales = names["quantise_per_channel"](weight, bits)[:2]
    # Not "integers": labkit.wire takes a mapping with that key for an array.
    return {"bits": bits, "q": _array(integers), "scales": _array(scales)}


@torch.no_grad()
def _inputs(names: Mapping[str, Any], network: DigitsCNN, bits: int) -> dict[str, Any]:
    """Scale and zero point of each layer's input, by q-1 on the calibration images.

    Each layer sees what is left of its input, as in the network that will be used.
    """
    found: dict[str, Any] = {}

    def quantised(layer: str, x: Tensor) -> Tensor:
        _, scale, zero_point, restored = names["affine_quantise"](x.clone(), bits)
        found[layer] = {"input_scale": float(scale), "input_zero_point": float(zero_point)}
        return torch.as_tensor(restored).to(x.dtype).reshape(x.shape)

    x = load_digits("calibration").images
    x = F.leaky_relu(network.conv1(quantised("conv1", x)), SLOPE)
    x = F.max_pool2d(F.leaky_relu(network.conv2(quantised("conv2", x)), SLOPE), 2)
    x = F.max_pool2d(F.leaky_relu(network.conv3(quantised("conv3", x)), SLOPE), 2)
    quantised("fc", x.flatten(1))
    return found


def _array(value: Any) -> Array:
    """A tensor, or whatever a student returns as numbers, as float64."""
    return np.asarray(torch.as_tensor(value).detach().cpu().to(torch.float64))
