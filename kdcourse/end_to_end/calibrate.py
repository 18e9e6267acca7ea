"""Measures how far correct solutions scatter, and sets the bars of the end-to-end checks.

For every seed the four references are trained, and once a student with cross-entropy alone: that is
what a submission comes to whose loss term is missing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import matplotlib.figure
import torch

import kdlab
from autograder.errors import UsageError
from kdcourse.end_to_end.stage import EPOCHS, Stage
from kdcourse.end_to_end.thresholds import Bar, bars_path, set_bar
from kdcourse.end_to_end.trainings import (
    METHOD_MEASURE,
    Values,
    stage_for,
    try_seeds,
    try_seeds_side_by_side,
)
from kdlab.end_to_end import RECIPES, WARM_UP
from labkit.storage import atomic_write

LOWER_IS_BETTER = {"kl", "mse"}


def calibrate_references(
    dataset: str,
    device: str | None,
    seeds: int,
    told: Callable[[str], None],
    jobs: int = 1,
    serves: str | None = None,
) -> Path:
    """Measure, set the bars, and write them; returns the file.

    Parameters
    ----------
    dataset : str
        As in ``KDLAB_DATASET``.
    device : {"cpu", "cuda"} or None
        None: the GPU, if there is one.
    seeds : int
        How many trainings of each reference, at least 3.
    told : callable
        Hears of the progress.
    jobs : int, default 1
        How many trainings run side by side, each with one thread.
    serves : str, optional
        The data set for which the bars are used, if it is another one than was measured.
    """
    if seeds < 3:
        raise UsageError(f"--seeds={seeds}: a spread needs at least 3 trainings.")
    on = stage_for(dataset, device)
    if jobs > 1:
        found = try_seeds_side_by_side(dataset, device, range(seeds), jobs, told)
    else:
        found = try_seeds(on, range(seeds), told)
    return write(on, list(range(seeds)), *found, serves or on.data.name, jobs)


def set_bars(with_term: Values, without: Values) -> dict[str, dict[str, Bar]]:
    """The bars; only a method's own measure is compared with its absence."""
    return {
        exercise: {
            name: set_bar(
                values,
                name not in LOWER_IS_BETTER,
                without[exercise][name] if METHOD_MEASURE.get(exercise) == name else None,
            )
            for name, values in measures.items()
        }
        for exercise, measures in with_term.items()
    }


def write(
    on: Stage, seeds: list[int], with_term: Values, without: Values, serves: str, jobs: int
) -> Path:
    """Write the bars, the values behind them and a plot of both distributions."""
    bars = set_bars(with_term, without)
    path = bars_path(serves, on.device.type)
    content = {
        "data": {"name": on.data.name, "digest": on.data.digest},
        "device": _hardware(on.device, jobs),
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "kdlab": kdlab.__version__},
        "schedule": schedule(),
        "seeds": seeds,
        "bars": {e: {name: asdict(bar) for name, bar in b.items()} for e, b in bars.items()},
        "values": with_term,
        "values_without_the_loss_term": without,
    }  # fmt: skip
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(bars, with_term, without).savefig(path.with_suffix(".png"), dpi=120, facecolor="white")
    return path


def schedule() -> dict[str, Any]:
    """What of the trainings a bar depends on: other values make it worthless."""
    rates = {exercise: recipe.rate for exercise, recipe in RECIPES.items()}
    return {"epochs": EPOCHS, "rates": rates, "warm_up": WARM_UP}


def draw(bars: dict[str, dict[str, Bar]], with_term: Values, without: Values) -> Any:
    """Histograms of each measure with the loss term and without it, and the bar between them."""
    panels = [(e, name) for e, measures in bars.items() for name in measures]
    figure = matplotlib.figure.Figure(figsize=(11, 5.4), layout="constrained")
    axes = figure.subplots(2, (len(panels) + 1) // 2).flatten()
    for axis, (exercise, name) in zip(axes, panels, strict=False):
        axis.hist(with_term[exercise][name], bins=12, color="#0072B2", label="reference")
        if exercise in without:
            other = without[exercise][name]
            axis.hist(other, 12, color="#E69F00", hatch="//", alpha=0.6, label="loss term missing")
        axis.axvline(bars[exercise][name].threshold, color="black", linestyle="--", label="bar")
        axis.set_title(f"{exercise}: {name}")
        axis.set_ylabel("trainings")
    for axis in axes[len(panels) :]:
        axis.set_visible(False)
    handles, labels = axes[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _hardware(device: torch.device, jobs: int) -> str:
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else model
    return f"CPU {model}, {1 if jobs > 1 else torch.get_num_threads()} threads"
