"""How long students are trained, and with how many seeds, so that a comparison ends in time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from kdlab.compare.recipes import RECIPES
from kdlab.data import ImageData
from kdlab.models import StudentCNN
from kdlab.training import fit
from labkit.errors import ConfigurationError
from labkit.storage import atomic_write

FEWEST_EPOCHS = 5  # with fewer, a student has hardly begun; rather fewer seeds
PREPARATION = 30.0  # epochs' worth of time for what is trained or remembered once for all


@dataclass(frozen=True)
class Plan:
    """What will be run.

    Attributes
    ----------
    methods : tuple of str
    epochs : int
        Of each student.
    seeds : int
        Seeds 0, 1, ...
    seconds_per_epoch : float
        Of the baseline, as far as a few trial steps tell.
    """

    methods: tuple[str, ...]
    epochs: int
    seeds: int
    seconds_per_epoch: float

    def seconds(self, method: str) -> float:
        """Roughly the time of one run."""
        return RECIPES[method].cost * self.epochs * self.seconds_per_epoch

    def runs(self) -> list[tuple[str, int]]:
        """Method and seed of each run, all methods with one seed before any with the next."""
        return [(method, seed) for seed in range(self.seeds) for method in self.methods]


def make_plan(
    methods: Sequence[str],
    data: ImageData,
    epochs: int,
    seeds: int,
    budget: float | None,
) -> Plan:
    """The plan that was asked for, or the largest that fits into the budget.

    Parameters
    ----------
    epochs, seeds : int
        What is wanted without a budget.
    budget : float or None
        Minutes.
    """
    second = seconds_per_epoch(data)
    if budget is None:
        return Plan(tuple(methods), epochs, seeds, second)
    cost = sum(RECIPES[method].cost for method in methods)
    affordable = budget * 60 / second - PREPARATION  # epochs of the baseline
    while seeds > 1 and affordable < cost * seeds * min(epochs, FEWEST_EPOCHS):
        seeds -= 1
    fitting = int(affordable / (cost * seeds))
    return Plan(tuple(methods), max(1, min(epochs, fitting)), seeds, second)


def keep_plan(plan: Plan, folder: Path, digest: str, budget: float | None) -> Plan:
    """The plan that a comparison in this folder began with, or this one, which is then kept.

    Trial steps take a little longer or shorter each time; a comparison with a budget goes on with
    the numbers of epochs and seeds that it began with. Without one, seeds can be added.

    Raises
    ------
    ConfigurationError
        If the folder holds runs that cannot be compared with these.
    """
    path = folder / "plan.json"
    if not path.exists():
        with atomic_write(path) as partial:
            partial.write_bytes(json.dumps({"data": digest, **asdict(plan)}, indent=1).encode())
        return plan
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["data"] != digest or (budget is None and kept["epochs"] != plan.epochs):
        raise ConfigurationError(
            f"{folder} holds a comparison with {kept['epochs']} epochs on the data set "
            f"{kept['data'][:12]}; this one has {plan.epochs} on {digest[:12]}. "
            "Give another --output."
        )
    if budget is None:
        return plan
    return replace(plan, epochs=kept["epochs"], seeds=kept["seeds"])


def seconds_per_epoch(data: ImageData, steps: int = 6) -> float:
    """Time of an epoch of the baseline, from a few steps after a few that warm up."""

    def step(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        return nn.functional.cross_entropy(model(inputs), labels)

    few = data.train.subset(128 * steps)
    with torch.random.fork_rng():
        student = StudentCNN(len(data.classes)).to(few.images.device)
    for _ in range(2):
        history = fit(step, student, few.batches(128), epochs=1, progress=False)
    return history.seconds * len(data.train) / len(few)
