"""Trains the network that is quantised: a few seconds on one core."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from quantlab.data import load_digits
from quantlab.network import DigitsCNN

EPOCHS, BATCH, RATE = 10, 50, 5e-3


def train(seed: int = 0) -> DigitsCNN:
    """A trained network, in eval mode.

    Parameters
    ----------
    seed : int, default 0
        Of the initial weights and of the order of the images.
    """
    digits = load_digits("train")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = DigitsCNN()
        optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
        steps = EPOCHS * (len(digits) // BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(digits)).split(BATCH):  # (50,)
                loss = F.cross_entropy(network(digits.images[batch]), digits.labels[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return network.eval()
