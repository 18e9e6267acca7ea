"""Measures how far correct solutions scatter, and sets the bars of the end-to-end checks.

For every seed the reference of each exercise is trained, and again without its loss term, with
cross-entropy alone: that is what a submission comes to whose loss term is missing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import matplotlib.figure
import torch

import kdlab
from autograder.errors import UsageError
from kdcourse.end_to_end.kept import Kept
from kdcourse.end_to_end.lookup import records, records_by_bars
from kdcourse.end_to_end.record import EndToEnd
from kdcourse.end_to_end.stage import Stage
from kdcourse.end_to_end.thresholds import Bar, bars_path, set_bar
from kdcourse.end_to_end.trainings import Values, stage_for, try_seeds, try_seeds_side_by_side
from kdlab.profiles import read_settings
from labkit.storage import atomic_write

Bars = dict[str, dict[str, Bar]]


def calibrate_references(
    dataset: str,
    device: str | None,
    seeds: int,
    told: Callable[[str], None],
    jobs: int = 1,
    serves: str | None = None,
) -> list[Path]:
    """Measure, set the bars, and write them; returns the files, one for each lab.

    What an interrupted run measured is not measured again; see `kdcourse.end_to_end.kept`.

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
        The data set for which the bars are used, if it is another one than was measured; its
        schedules are the ones that count.
    """
    if seeds < 3:
        raise UsageError(f"--seeds={seeds}: a spread needs at least 3 trainings.")
    on = replace(stage_for(dataset, device), serves=serves or "")
    root = read_settings(cuda=on.device.type == "cuda").data_root
    with Kept.entered(on, root, told) as kept:
        if jobs > 1:
            found = try_seeds_side_by_side(
                dataset, device, range(seeds), jobs, told, kept, on.serves
            )
        else:
            found = try_seeds(on, range(seeds), told, kept)
        with_term, without = found
        written = [
            write(on, lab, list(range(seeds)), _of(its, with_term), _of(its, without), jobs)
            for lab, its in records_by_bars().items()
        ]
        kept.forget()
    return written


def _of(its: list[EndToEnd], values: Values) -> Values:
    """The part of a lab's exercises in a table of all."""
    return {each.id: values[each.id] for each in its if each.id in values}


def set_bars(with_term: Values, without: Values) -> Bars:
    """The bars by exercise and measure."""
    known = records()
    return {e: _bars_of(known[e], values, without.get(e, {})) for e, values in with_term.items()}


def _bars_of(
    record: EndToEnd, values: dict[str, list[float]], without: dict[str, list[float]]
) -> dict[str, Bar]:
    """An exercise's bars; only the method's own measure is compared with its absence."""
    absence = {name: v for name, v in without.items() if name == record.method_measure}
    return {
        each.name: set_bar(values[each.name], each.higher_is_better, absence.get(each.name))
        for each in record.measures
    }


def write(
    on: Stage, lab: str, seeds: list[int], with_term: Values, without: Values, jobs: int
) -> Path:
    """Write a lab's bars, the values behind them and a plot of both distributions."""
    bars = set_bars(with_term, without)
    path = bars_path(lab, on.counts_as, on.device.type)
    content = {
        "data": {"name": on.data.name, "digest": on.data.digest},
        "device": _hardware(on.device, jobs),
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "kdlab": kdlab.__version__},
        "teacher": on.teacher_digest,
        "precision": on.precision,
        "schedule": {e: records()[e].trained_by(on.counts_as) for e in bars},
        "seeds": seeds,
        "bars": {e: {name: asdict(bar) for name, bar in b.items()} for e, b in bars.items()},
        "values": with_term,
        "values_without_the_loss_term": without,
    }  # fmt: skip
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(bars, with_term, without).savefig(path.with_suffix(".png"), dpi=120, facecolor="white")
    return path


def draw(bars: Bars, with_term: Values, without: Values) -> Any:
    """Histograms of each measure with the loss term and without it, and the bar between them."""
    panels = [(e, name) for e, measures in bars.items() for name in measures]
    figure = matplotlib.figure.Figure(figsize=(2 + 3 * len(panels), 3.2), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axis, (exercise, name) in zip(axes, panels, strict=True):
        axis.hist(with_term[exercise][name], bins=12, color="#0072B2", label="reference")
        if exercise in without:
            other = without[exercise][name]
            axis.hist(other, 12, color="#E69F00", hatch="//", alpha=0.6, label="loss term missing")
        axis.axvline(bars[exercise][name].threshold, color="black", linestyle="--", label="bar")
        axis.set_title(f"{exercise}: {name}")
        axis.set_ylabel("trainings")
    handles, labels = axes[-1].get_legend_handles_labels()
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
