"""What the named mistakes come to in the end-to-end checks.

A mistake in a training step costs the points of that step. Whether it costs the end-to-end points
too is measured here, and kept beside the bars: the accuracy alone would let most of them pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder.checks.exercise import Exercise
from autograder.errors import UsageError
from autograder.execution.submission import LocalSubmission
from kdcourse.course import SUBJECT
from kdcourse.end_to_end.grade import train_and_measure
from kdcourse.end_to_end.stage import Stage
from kdcourse.end_to_end.thresholds import Bar, bars_path, load_bars
from kdcourse.end_to_end.trainings import references, stage_for
from labkit.judge.case import Fault
from labkit.storage import atomic_write

#: The exercise whose step an end-to-end check trains with.
STEPS = {"1-e": "1-3", "2-e": "2-3", "3-e": "3-3", "4-e": "4-3"}


def exercise_of(step: str) -> Exercise:
    """The exercise in which a step is written."""
    found = SUBJECT.find(step)
    assert isinstance(found, Exercise)
    return found


def calibrate_mistakes(
    dataset: str,
    device: str | None,
    seeds: int,
    told: Callable[[str], None],
    serves: str | None = None,
) -> Path:
    """Try every named mistake of the steps, and add to the file with the bars what it reaches.

    Parameters
    ----------
    dataset, device, serves
        As in `calibrate_references`, which has to come first.
    seeds : int
        How many trainings of each mistake.
    told : callable
        Hears of the progress.
    """
    on = stage_for(dataset, device)
    name = serves or on.data.name
    path = bars_path(name, on.device.type)
    if not path.exists():
        raise UsageError(f"There are no bars yet: {path}. Run `autograder calibrate` with seeds.")
    found = try_mistakes(on, range(seeds), told, load_bars(name, on.device.type))
    content = json.loads(path.read_text(encoding="utf-8"))
    content |= {"mistake_seeds": list(range(seeds)), "mistakes": found}
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def try_mistakes(
    on: Stage,
    seeds: Iterable[int],
    told: Callable[[str], None],
    bars: dict[str, dict[str, Bar]],
) -> dict[str, dict[str, dict[str, Any]]]:
    """What each named mistake of a step reaches, by exercise and mistake.

    Returns
    -------
    dict
        ``"values"``: by measure, one for each training that came to an end; ``"faults"``: what
        ended the others; ``"passes"``: the share of trainings that pass all bars.
    """
    seeds = list(seeds)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for exercise, step in STEPS.items():
        known = exercise_of(step)
        for wrong in known.wrong:
            names = references() | {known.name: wrong.subject}
            found.setdefault(exercise, {})[wrong.id] = _try(
                on, exercise, names, seeds, bars.get(exercise, {})
            )
            told(f"{exercise} {wrong.id}: passes {found[exercise][wrong.id]['passes']:.0%}")
    return found


def _try(
    on: Stage, exercise: str, names: dict[str, Any], seeds: list[int], bars: dict[str, Bar]
) -> dict[str, Any]:
    values: dict[str, list[float]] = {}
    faults: list[str] = []
    passed = 0
    for seed in seeds:
        seen = train_and_measure(on, exercise, LocalSubmission(names), seed)
        if isinstance(seen, Fault):
            faults.append(seen.kind)
            continue
        for name, value in seen.items():
            values.setdefault(name, []).append(value)
        passed += all(bar.passes(seen[name]) for name, bar in bars.items())
    return {"values": values, "faults": faults, "passes": passed / len(seeds)}
