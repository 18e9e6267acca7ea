"""One run: a method with one seed, trained and measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kdlab.compare.memory import PeakMemory
from kdlab.compare.recipes import RECIPES, Network, Pair, Terms
from kdlab.compare.setting import Setting
from kdlab.data import Batches, Split
from kdlab.evaluation import accuracy, agreement
from kdlab.methods.arithmetic import total
from kdlab.training import fit


@dataclass(frozen=True)
class Outcome:
    """A run in numbers.

    Attributes
    ----------
    method : str
    seed : int
    accuracy, agreement : float
        On the test images, 0 to 1; agreement with the large teacher's decisions.
    seconds_per_epoch : float
        Of the student's training (the last one, where there are several): the median.
    seconds : float
        Of everything, preparations included.
    peak_bytes : int
        Of the tensors that one training step holds.
    gradient_ratio : float or None
        Length of the gradient of what is taught over that of what the labels say, for the student's
        weights; the geometric mean over the first steps of the epochs.
    """

    method: str
    seed: int
    accuracy: float
    agreement: float
    seconds_per_epoch: float
    seconds: float
    peak_bytes: int
    gradient_ratio: float | None


def run(method: str, setting: Setting, seed: int, tick: Callable[[float], None]) -> Outcome:
    """Train a student with a method, and measure it.

    Parameters
    ----------
    method : str
        A name of `RECIPES`.
    tick : callable
        ``tick(share)`` is told how much of the run was done since the last call.
    """
    recipe, started = RECIPES[method], time.perf_counter()
    train = Trainer(setting, seed, tick)
    student = recipe.run(setting, seed, train)
    tests = setting.data.test.batches(500)
    return Outcome(
        method=method,
        seed=seed,
        accuracy=accuracy(student, tests),
        agreement=agreement(student, setting.on_test_images, tests),
        seconds_per_epoch=train.seconds_per_epoch,
        seconds=time.perf_counter() - started,
        peak_bytes=train.peak_bytes,
        gradient_ratio=train.gradient_ratio,
    )


class Trainer:
    """What a recipe calls to train a network: ``train(model, terms)``.

    Attributes
    ----------
    epoch : int
        The epoch that is being trained.
    seconds_per_epoch, peak_bytes, gradient_ratio
        Of the last network; see `Outcome`.
    """

    def __init__(self, setting: Setting, seed: int, tick: Callable[[float], None]) -> None:
        self.setting, self.seed, self.tick = setting, seed, tick
        self.epoch, self.peak_bytes = 0, 0
        self.seconds_per_epoch = 0.0
        self.gradient_ratio: float | None = None

    def __call__(
        self, model: Network, terms: Terms[Network], split: Split | None = None
    ) -> None:
        """Train in place.

        Parameters
        ----------
        model : nn.Module
        terms : callable
            ``terms(model, inputs, labels)`` returns what the labels say and what is taught.
        split : Split, optional
            Other images than the training images.
        """
        epochs, self.epoch = self.setting.epochs, 0
        batches = (split or self.setting.data.train).batches(128, shuffle=True, seed=self.seed)
        self.peak_bytes = _peak_of_a_step(model, terms, batches)
        ratios: list[float] = []
        extra = [0.0] * epochs  # seconds that looking at gradients took

        def step(_: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
            self.epoch = batches.epoch
            task, taught = terms(model, inputs, labels)
            if len(ratios) == self.epoch and task is not None and taught is not None:
                started = time.perf_counter()
                ratios.append(_gradient_ratio(model, task, taught))
                extra[self.epoch] = time.perf_counter() - started
            self.tick(1 / (epochs * len(batches)))
            return _sum((task, taught))

        history = fit(step, model, batches, epochs=epochs, seed=self.seed, progress=False)
        times = [row["seconds"] - extra[place] for place, row in enumerate(history.rows)]
        self.seconds_per_epoch = statistics.median(times)
        positive = [ratio for ratio in ratios if ratio > 0]
        self.gradient_ratio = statistics.geometric_mean(positive) if positive else None


def _sum(terms: Pair) -> Tensor:
    return total(term for term in terms if term is not None)


def _gradient_ratio(model: nn.Module, task: Tensor, taught: Tensor) -> float:
    """Length of the gradient of ``taught`` over that of ``task``."""
    student = getattr(model, "student", model)  # not its adapters
    weights = [parameter for parameter in student.parameters() if parameter.requires_grad]
    lengths = []
    for term in (taught, task):
        gradients = torch.autograd.grad(term, weights, retain_graph=True, allow_unused=True)
        squares = [each.float().square().sum() for each in gradients if each is not None]
        lengths.append(torch.stack(squares).sum().sqrt().item())
    return lengths[0] / lengths[1] if lengths[1] else 0.0


def _peak_of_a_step(model: Network, terms: Terms[Network], batches: Batches) -> int:
    """Bytes that one step holds at most; leaves weights and random numbers as they were."""
    inputs, labels = next(iter(batches))
    cuda = [inputs.device] if inputs.is_cuda else []
    with torch.random.fork_rng(devices=cuda):
        model.train()
        peak = PeakMemory()
        with peak:
            _sum(terms(model, inputs, labels)).backward()
    model.zero_grad(set_to_none=True)
    return peak.bytes
