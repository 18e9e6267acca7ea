"""Measures how far correct solutions scatter, and sets the bars of the end-to-end checks.

For every seed the four references are trained, and once a student with cross-entropy alone: that is
what a submission comes to whose loss term is missing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import matplotlib.figure
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import kdlab
from autograder.checks.end_to_end import train_and_measure
from autograder.checks.rooms import LocalRoom
from autograder.checks.thresholds import Bar, bars_path, set_bar
from autograder.checks.trainings import (
    EPOCHS,
    RememberedTeacher,
    Stage,
    StudentWithRegressor,
    make_stage,
    unseen_test,
)
from autograder.errors import GraderError, UsageError
from kdlab.checks.case import Fault
from kdlab.checks.training import RECIPES
from kdlab.models import StudentCNN
from kdlab.profiles import read_settings
from kdlab.storage import atomic_write

LOWER_IS_BETTER = {"kl", "mse"}
METHOD_MEASURE = {"2-e": "kl", "3-e": "cosine", "4-e": "mse"}

Values = dict[str, dict[str, list[float]]]


def calibrate_references(
    dataset: str, device: str | None, seeds: int, told: Callable[[str], None]
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
    """
    if seeds < 3:
        raise UsageError(f"--seeds={seeds}: a spread needs at least 3 trainings.")
    on = stage_for(dataset, device)
    with_term, without = try_seeds(on, range(seeds), told)
    return write(on, list(range(seeds)), with_term, without)


def stage_for(dataset: str, device: str | None) -> Stage:
    """Images and teacher on a kind of device; None: the GPU, if there is one."""
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return make_stage(dataset, torch.device(kind), read_settings(cuda=kind == "cuda"))


def references(with_term: float = 1.0) -> dict[str, Any]:
    """The names of a correct submission; ``with_term=0`` leaves out each lab's own loss term."""

    def baseline_step(model: nn.Module, x: Tensor, y: Tensor, ce_loss: Any) -> Tensor:
        return torch.as_tensor(ce_loss(model(x), y))

    def kd_step(
        teacher: nn.Module, student: nn.Module, x: Tensor, y: Tensor, T: float,
        soft_target_loss_weight: float, ce_loss_weight: float, ce_loss: Any,
    ) -> Tensor:  # fmt: skip
        with torch.no_grad():
            p = F.softmax(teacher(x) / T, dim=1)
        z = student(x)
        soft = F.kl_div(F.log_softmax(z / T, dim=1), p, reduction="batchmean") * T**2
        loss: Tensor = with_term * soft_target_loss_weight * soft + ce_loss_weight * ce_loss(z, y)
        return loss

    def cosine_step(
        teacher: nn.Module, student: nn.Module, x: Tensor, y: Tensor,
        hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Any, cosine_loss: Any,
    ) -> Tensor:  # fmt: skip
        with torch.no_grad():
            _, wanted = teacher(x)
        z, hidden = student(x)
        near = cosine_loss(hidden, wanted, torch.ones(len(x), device=x.device))
        loss: Tensor = with_term * hidden_rep_loss_weight * near + ce_loss_weight * ce_loss(z, y)
        return loss

    def regressor_step(
        teacher: nn.Module, student: nn.Module, x: Tensor, y: Tensor,
        feature_map_weight: float, ce_loss_weight: float, ce_loss: Any, mse_loss: Any,
    ) -> Tensor:  # fmt: skip
        with torch.no_grad():
            _, wanted = teacher(x)
        z, regressed = student(x)
        near = mse_loss(regressed, wanted)
        loss: Tensor = with_term * feature_map_weight * near + ce_loss_weight * ce_loss(z, y)
        return loss

    return {
        "StudentCNN": StudentCNN,
        "baseline_step": baseline_step,
        "knowledge_distillation_step": kd_step,
        "cosine_step": cosine_step,
        "StudentRegressor": StudentWithRegressor,
        "regressor_step": regressor_step,
    }


def try_seeds(
    on: Stage, seeds: Iterable[int], told: Callable[[str], None]
) -> tuple[Values, Values]:
    """All measures of all references, with their loss term and without it, seed by seed."""
    with_term: Values = {}
    without: Values = {}
    for seed in seeds:
        here = _with_other_test_images(on, seed)
        for exercise in RECIPES:
            _try(here, exercise, seed, 1.0, with_term)
            if exercise in METHOD_MEASURE:
                _try(here, exercise, seed, 0.0, without)
        told(
            f"seed {seed}: "
            + ", ".join(f"{e} {v['accuracy'][-1]:.1%}" for e, v in with_term.items())
        )
    return with_term, without


def _with_other_test_images(on: Stage, seed: int) -> Stage:
    """Every course makes its own test images of ``digits-m``; that belongs to the noise."""
    if on.data.name != "digits-m":
        return on
    test = unseen_test(on.data, seed)
    teacher = RememberedTeacher(on.teacher.whole, test)
    return replace(on, data=replace(on.data, test=test), teacher=teacher)


def _try(on: Stage, exercise: str, seed: int, share: float, values: Values) -> None:
    """One training, as a submission's is; what is measured is added to the values."""
    seen = train_and_measure(on, exercise, LocalRoom(references(share)), seed)
    if isinstance(seen, Fault):
        raise GraderError(f"{exercise}, seed {seed}: the reference does not train ({seen}).")
    for name, value in seen.items():
        values.setdefault(exercise, {}).setdefault(name, []).append(value)


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


def write(on: Stage, seeds: list[int], with_term: Values, without: Values) -> Path:
    """Write the bars, the values behind them and a plot of both distributions."""
    bars = set_bars(with_term, without)
    path = bars_path(on.data.name, on.device.type)
    content = {
        "data": {"name": on.data.name, "digest": on.data.digest},
        "device": _hardware(on.device),
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "kdlab": kdlab.__version__},
        "epochs": EPOCHS[on.device.type],
        "seeds": seeds,
        "bars": {e: {name: asdict(bar) for name, bar in b.items()} for e, b in bars.items()},
        "values": with_term,
        "values_without_the_loss_term": without,
    }  # fmt: skip
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(bars, with_term, without).savefig(path.with_suffix(".png"), dpi=120, facecolor="white")
    return path


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


def _hardware(device: torch.device) -> str:
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else model
    return f"CPU {model}, {torch.get_num_threads()} threads"
