"""The training loop of all four labs.

    history = fit(step, student, data.train.batches(shuffle=True), epochs=10)

``step(model, inputs, labels)`` returns the loss of one batch; everything else is done here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kdlab.allocation import keep_freed_memory
from kdlab.bar import Bar
from kdlab.checkpoints import Checkpoints
from kdlab.data import Batches
from kdlab.evaluation import accuracy
from kdlab.expectations import expect_a_loss, expect_a_number
from kdlab.fingerprint import data_mark, fingerprint, surroundings
from kdlab.history import History
from kdlab.precision import accepts_channels_last, choose_dtype, mixed_precision

Step = Callable[[nn.Module, Tensor, Tensor], Tensor]  # (model, inputs, labels): a batch's loss
Schedule = Callable[[float], float]  # factor of the learning rate, given the share that is done
#: ``augment(inputs, generator)`` returns changed images; its chance comes from the generator.
Augmentation = Callable[[Tensor, torch.Generator], Tensor]


def constant(progress: float) -> float:
    """The learning rate stays as it is."""
    return 1.0


def one_cycle(progress: float, warm_up: float = 0.3) -> float:
    """The learning rate rises for a while, then falls to nothing, both along a cosine.

    Parameters
    ----------
    progress : float
        Share of the training that is done, 0 to 1.

    References
    ----------
    Smith, Topin 2018, "Super-convergence".
    """
    if progress < warm_up:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / warm_up)) / 2
    return (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up))) / 2


def fit(
    step: Step,
    model: nn.Module,
    batches: Batches,
    *,
    epochs: int,
    learning_rate: float = 1e-3,
    seed: int = 0,
    schedule: Schedule = constant,
    augment: Augmentation | None = None,
    validation: Batches | None = None,
    half_precision: bool = True,
    checkpoints: Checkpoints | None = None,
    title: str = "",
    progress: bool = True,
    told: Callable[[History], str] = lambda history: "",
) -> History:
    """Train a network with Adam.

    Parameters
    ----------
    step : callable
        ``step(model, inputs, labels)`` returns the loss of one batch, a scalar with a gradient;
        inputs are ``(N, 3, 32, 32)``, labels ``(N,)``.
    model : nn.Module
        The network to train; all its parameters are. It is trained in place and is in train mode
        during each step.
    batches : Batches
        The training images; their order has a seed of its own.
    epochs : int
        Passes over the images.
    learning_rate : float, default 1e-3
        Adam's step size.
    seed : int, default 0
        For dropout and augmentation. The weights have the seed under which the model was made.
    schedule : callable, default constant
        Factor of the learning rate, given the share of the training that is done.
    augment : callable, optional
        ``augment(inputs, generator)`` changes the images of a batch.
    validation : Batches, optional
        If given, the accuracy on them is measured after each epoch.
    half_precision : bool, default True
        Whether the forward pass may run in mixed precision. It does on CUDA, and on a CPU that
        multiplies bfloat16 by itself; the weights and the loss stay in float32.
    checkpoints : Checkpoints, optional
        If given, the state is stored after each epoch, and an interrupted training is resumed; one
        that has ended may be kept, and is then read in place of being done again.
    title : str
        Shown at the progress bar and in legends.
    progress : bool, default True
        Whether a progress bar is shown (on stdout).
    told : callable, optional
        Is called after each epoch that was trained; what it returns is said at the bar.

    Returns
    -------
    History
        Loss, accuracy and time of each epoch.

    Raises
    ------
    TrainingError
        If the step returns something that is not a loss, or a loss that is not a number.
    """
    device = next(model.parameters()).device
    dtype = choose_dtype(device) if half_precision else None
    if device.type == "cpu":
        keep_freed_memory()
    if dtype is not None:
        _use_channels_last(model, batches)
    run = _Run(model, batches, epochs, learning_rate, seed, schedule, augment, dtype)
    history, mark, around = History(title), "", ""
    if checkpoints:
        seen = None if validation is None else data_mark(validation.split)
        mark = fingerprint(
            step, model, data=data_mark(batches.split), validation=seen, order=batches.seed,
            shuffle=batches.shuffle, batch=batches.batch_size, epochs=epochs, rate=learning_rate,
            seed=seed, schedule=schedule, augment=augment, dtype=dtype, device=device.type,
        )  # fmt: skip
        if kept := checkpoints.finished(mark, model, title):
            return kept
        around = surroundings(step, model)
        history = checkpoints.restore(mark, model, run.optimizer) or history
        if len(history):
            print(
                f"Resumed {title or 'the training'} after epoch {len(history)} of {epochs}:"
                f" {history.seconds:.0f} s saved."
            )
    left = (epochs - len(history)) * len(batches)
    with Bar(title, left, shown=progress) as bar, mixed_precision(model, dtype):
        for epoch in range(len(history), epochs):
            started = time.perf_counter()
            loss = run.epoch(step, epoch, bar)
            value = accuracy(model, validation) if validation is not None else None
            history.add(loss, value, time.perf_counter() - started)
            if checkpoints and epoch + 1 < epochs:
                checkpoints.save(mark, model, run.optimizer, history)
            bar.tell(history, told(history))
    if checkpoints and surroundings(step, model) == around:
        checkpoints.finish(mark, model, history)
    elif checkpoints:  # a step that changes something would not change it when it is only read
        checkpoints.clear()
    return history


@dataclass
class _Run:
    """What stays the same from epoch to epoch."""

    model: nn.Module
    batches: Batches
    epochs: int
    learning_rate: float
    seed: int
    schedule: Schedule
    augment: Augmentation | None
    dtype: torch.dtype | None

    def __post_init__(self) -> None:
        parameters = list(self.model.parameters())
        # All parameters in one go; elsewhere than there torch chooses its own way.
        fused = parameters[0].device.type in ("cpu", "cuda") or None
        self.optimizer = torch.optim.Adam(parameters, lr=self.learning_rate, fused=fused)
        # float16 gradients underflow unless they are scaled; bfloat16 has float32's range.
        self.scaler = torch.amp.GradScaler("cuda", enabled=self.dtype == torch.float16)

    def epoch(self, step: Step, epoch: int, bar: Bar) -> float:
        """Train one epoch and return the mean loss over its images."""
        self.batches.epoch = epoch
        device = next(self.model.parameters()).device
        total, count = torch.zeros((), device=device), 0
        cuda = [device] if device.type == "cuda" else []
        with torch.random.fork_rng(devices=cuda):
            torch.manual_seed(self.seed * 100_003 + epoch)
            generator = torch.Generator().manual_seed(self.seed * 100_003 + epoch)
            for number, (inputs, labels) in enumerate(self.batches):
                if self.augment:
                    inputs = self.augment(inputs, generator)
                self._set_rate((epoch + number / len(self.batches)) / self.epochs)
                loss = self._update(step, inputs, labels)
                total += loss * len(labels)
                count += len(labels)
                # Asking a GPU for the loss makes it wait; once in a while is enough.
                if device.type == "cpu" or number % 50 == 0:
                    expect_a_number(loss, epoch, number)
                bar.step()
        expect_a_number(total, epoch, number)
        return total.item() / count

    def _set_rate(self, done: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * self.schedule(done)

    def _update(self, step: Step, inputs: Tensor, labels: Tensor) -> Tensor:
        """One step of Adam; returns the loss, detached."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        loss = step(self.model, inputs, labels)
        expect_a_loss(loss)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.detach()


def _use_channels_last(model: nn.Module, batches: Batches) -> None:
    """Order the values in memory as fast convolutions want them, if the network allows it."""
    few = next(iter(batches))[0][:2]
    if accepts_channels_last(model, few):
        model.to(memory_format=torch.channels_last)
        batches.channels_last = True
