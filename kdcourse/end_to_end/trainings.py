"""Trainings of the reference solutions, seed by seed, one after the other or many side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from itertools import repeat
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.errors import GraderError
from autograder.execution.submission import LocalSubmission
from kdcourse.end_to_end.grade import train_and_measure
from kdcourse.end_to_end.stage import (
    RememberedTeacher,
    Stage,
    StudentWithRegressor,
    make_stage,
    unseen_test,
)
from kdlab.end_to_end import RECIPES
from kdlab.models import StudentCNN
from kdlab.profiles import read_settings
from labkit.judge.case import Fault

METHOD_MEASURE = {"2-e": "kl", "3-e": "cosine", "4-e": "mse"}

Values = dict[str, dict[str, list[float]]]


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
    return _gather(((seed, *_try_seed(on, seed)) for seed in seeds), told)


def try_seeds_side_by_side(
    dataset: str, device: str | None, seeds: Iterable[int], jobs: int, told: Callable[[str], None]
) -> tuple[Values, Values]:
    """The same in so many processes, each with one thread."""
    seeds = list(seeds)
    spawn = multiprocessing.get_context("spawn")  # a fork could not use the GPU
    with ProcessPoolExecutor(jobs, spawn, torch.set_num_threads, (1,)) as pool:
        found = pool.map(_try_seed_there, repeat(dataset), repeat(device), seeds)
        return _gather(((s, *both) for s, both in zip(seeds, found, strict=True)), told)


def _try_seed_there(dataset: str, device: str | None, seed: int) -> tuple[Values, Values]:
    return _try_seed(_stage_of_this_process(dataset, device), seed)


@lru_cache(maxsize=1)
def _stage_of_this_process(dataset: str, device: str | None) -> Stage:
    return stage_for(dataset, device)


def _try_seed(on: Stage, seed: int) -> tuple[Values, Values]:
    """All trainings with one seed."""
    here = _with_other_test_images(on, seed)
    with_term: Values = {}
    without: Values = {}
    for exercise in RECIPES:
        _try(here, exercise, seed, 1.0, with_term)
        if exercise in METHOD_MEASURE:
            _try(here, exercise, seed, 0.0, without)
    return with_term, without


def _gather(
    found: Iterator[tuple[int, Values, Values]], told: Callable[[str], None]
) -> tuple[Values, Values]:
    """The values of all seeds in one table, in the seeds' order."""
    with_term: Values = {}
    without: Values = {}
    for seed, *parts in found:
        for table, part in zip((with_term, without), parts, strict=True):
            for exercise, measures in part.items():
                for name, values in measures.items():
                    table.setdefault(exercise, {}).setdefault(name, []).extend(values)
        shown = (f"{e} {v['accuracy'][-1]:.1%}" for e, v in with_term.items())
        told(f"seed {seed}: {', '.join(shown)}")
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
    seen = train_and_measure(on, exercise, LocalSubmission(references(share)), seed)
    if isinstance(seen, Fault):
        raise GraderError(f"{exercise}, seed {seed}: the reference does not train ({seen}).")
    for name, value in seen.items():
        values.setdefault(exercise, {}).setdefault(name, []).append(value)
