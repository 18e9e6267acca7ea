"""Trainings of the reference solutions, seed by seed, one after the other or many side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import lru_cache, partial

import torch

from autograder.errors import GraderError
from autograder.execution.submission import LocalSubmission
from kdcourse.end_to_end.grade import train_and_measure
from kdcourse.end_to_end.kept import Kept
from kdcourse.end_to_end.lookup import records, reference
from kdcourse.end_to_end.record import EndToEnd
from kdcourse.end_to_end.stage import RememberedTeacher, Stage, make_stage, unseen_test
from kdlab.profiles import read_settings
from labkit.judge.case import Fault

Values = dict[str, dict[str, list[float]]]


def stage_for(dataset: str, device: str | None) -> Stage:
    """Images and teacher on a kind of device; None: the GPU, if there is one."""
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return make_stage(dataset, torch.device(kind), read_settings(cuda=kind == "cuda"))


def try_seeds(
    on: Stage, seeds: Iterable[int], told: Callable[[str], None], kept: Kept
) -> tuple[Values, Values]:
    """All measures of all references, with their loss term and without it, seed by seed."""
    found = ((s, *kept.once(_name(s), partial(_try_seed, on, s))) for s in seeds)
    return _gather(found, told)


def try_seeds_side_by_side(
    dataset: str,
    device: str | None,
    seeds: Iterable[int],
    jobs: int,
    told: Callable[[str], None],
    kept: Kept,
    serves: str = "",
) -> tuple[Values, Values]:
    """The same in so many processes, each with one thread; see `Stage` for ``serves``."""
    seeds = list(seeds)
    spawn = multiprocessing.get_context("spawn")  # a fork could not use the GPU
    with ProcessPoolExecutor(jobs, spawn, torch.set_num_threads, (1,)) as pool:
        missing = [seed for seed in seeds if kept.get(_name(seed)) is None]
        asked = {pool.submit(_try_seed_there, dataset, device, serves, s): s for s in missing}
        for done in as_completed(asked):  # the first that is done is kept first
            kept.put(_name(asked[done]), done.result())
            told(f"seed {asked[done]} is done")
    return _gather(((seed, *kept.get(_name(seed))) for seed in seeds), told)


def _name(seed: int) -> str:
    return f"seed {seed}"


def _try_seed_there(
    dataset: str, device: str | None, serves: str, seed: int
) -> tuple[Values, Values]:
    return _try_seed(_stage_of_this_process(dataset, device, serves), seed)


@lru_cache(maxsize=1)
def _stage_of_this_process(dataset: str, device: str | None, serves: str) -> Stage:
    return replace(stage_for(dataset, device), serves=serves)


def _try_seed(on: Stage, seed: int) -> tuple[Values, Values]:
    """All trainings with one seed."""
    here = _with_other_test_images(on, seed)
    with_term: Values = {}
    without: Values = {}
    for record in records().values():
        _try(here, record, seed, True, with_term)
        if record.method_measure:
            _try(here, record, seed, False, without)
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


def _try(on: Stage, record: EndToEnd, seed: int, with_term: bool, values: Values) -> None:
    """One training, as a submission's is; what is measured is added to the values."""
    seen = train_and_measure(on, record, LocalSubmission(reference(record, with_term)), seed)
    if isinstance(seen, Fault):
        raise GraderError(f"{record.id}, seed {seed}: the reference does not train ({seen}).")
    for name, value in seen.items():
        values.setdefault(record.id, {}).setdefault(name, []).append(value)
