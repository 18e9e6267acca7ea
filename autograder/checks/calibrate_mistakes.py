"""What the named mistakes come to in the end-to-end checks.

A mistake in a training step costs the points of that step. Whether it costs the end-to-end points
too is measured here, and kept beside the bars: the accuracy alone would let most of them pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder.checks.catalogue import find_exercise
from autograder.checks.end_to_end import train_and_measure
from autograder.checks.mistakes import MISTAKES
from autograder.checks.reference_trainings import references, stage_for
from autograder.checks.rooms import LocalRoom
from autograder.checks.thresholds import Bar, bars_path, load_bars
from autograder.checks.trainings import Stage
from autograder.errors import UsageError
from kdlab.checks.case import Fault
from kdlab.storage import atomic_write

#: The exercise whose step an end-to-end check trains with.
STEPS = {"1-e": "1-3", "2-e": "2-3", "3-e": "3-3", "4-e": "4-3"}


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
        name = find_exercise(step).name
        for wrong in MISTAKES[step]:
            names = references() | {name: wrong.subject}
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
        seen = train_and_measure(on, exercise, LocalRoom(names), seed)
        if isinstance(seen, Fault):
            faults.append(seen.kind)
            continue
        for name, value in seen.items():
            values.setdefault(name, []).append(value)
        passed += all(bar.passes(seen[name]) for name, bar in bars.items())
    return {"values": values, "faults": faults, "passes": passed / len(seeds)}
