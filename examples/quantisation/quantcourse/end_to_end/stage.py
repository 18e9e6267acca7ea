"""What the end-to-end exercise needs: trained networks, and digits that nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from autograder.checks.rounding import Array

from quantlab.data import load_digits
from quantlab.network import LAYERS
from quantlab.training import train

#: Numbers of bits that a layer may have.
OPTIONS = (2, 3, 4, 6, 8)
#: Bits a weight, on average, that the budget allows: 2 for every layer leaves a useless network,
#: 3 for every layer are too many.
AVERAGE_BITS = 2.5
#: Bits of each layer's input.
ACTIVATION_BITS = 4
#: So many networks there are, one of which a submission gets: each takes two seconds to train.
NETWORKS = 32
#: Hidden images are copies of the test images with noise of this standard deviation (ink is 1,
#: background −1), drawn from a seed that nobody knows.
COPIES, NOISE = 4, 0.15


@dataclass(frozen=True, eq=False)
class Task:
    """What a submission gets.

    Attributes
    ----------
    weights : dict of Array
        Of a trained `quantlab.DigitsCNN`, float32, by the names of its parameters.
    budget : int
        Bits that the weights of all layers may take.
    """

    weights: dict[str, Array]
    budget: int

    @property
    def count(self) -> int:
        """How many weights there are; biases stay as they are and do not count."""
        return sum(self.weights[f"{layer}.weight"].size for layer in LAYERS)


@lru_cache(maxsize=NETWORKS)
def task(seed: int) -> Task:
    """The task of a seed: the same for seeds with the same remainder by `NETWORKS`."""
    network = train(seed % NETWORKS)
    weights = {n: p.detach().numpy().copy() for n, p in network.named_parameters()}
    count = sum(weights[f"{layer}.weight"].size for layer in LAYERS)
    return Task(weights, int(AVERAGE_BITS * count))


@lru_cache(maxsize=2)
def hidden_digits(test_seed: int | None) -> tuple[Array, Array]:
    """Images (N, 1, 8, 8), −1 to 1, and labels (N,) by which accuracy is measured.

    Parameters
    ----------
    test_seed : int or None
        Of the noise; None stands for 0.
    """
    test = load_digits("test")
    clean = np.concatenate([test.images.numpy()] * COPIES).astype(np.float64)
    noise = np.random.RandomState(test_seed or 0).normal(0, NOISE, clean.shape)
    return np.clip(clean + noise, -1, 1), np.concatenate([test.labels.numpy()] * COPIES)
