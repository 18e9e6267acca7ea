"""What the named mistakes come to in the end-to-end checks.

A mistake in a training step costs the points of that step. Whether it costs the end-to-end points
too is measured here, and kept beside the bars: the accuracy alone would let most of them pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.execution.submission import LocalSubmission
from kdcourse.end_to_end.grade import train_and_measure
from kdcourse.end_to_end.kept import Kept
from kdcourse.end_to_end.lookup import records, records_by_bars, reference, step_of
from kdcourse.end_to_end.record import EndToEnd
from kdcourse.end_to_end.stage import Stage
from kdcourse.end_to_end.thresholds import Bar, bars_path, load_bars
from kdcourse.end_to_end.trainings import stage_for
from kdlab.profiles import read_settings
from labkit.judge.case import Fault
from labkit.storage import atomic_write


def calibrate_mistakes(
    dataset: str,
    device: str | None,
    seeds: int,
    told: Callable[[str], None],
    serves: str | None = None,
) -> list[Path]:
    """Try every named mistake of the steps, and add to the files with the bars what it reaches.

    Parameters
    ----------
    dataset, device, serves
        As in `calibrate_references`, which has to come first.
    seeds : int
        How many trainings of each mistake.
    told : callable
        Hears of the progress.
    """
    on = replace(stage_for(dataset, device), serves=serves or "")
    paths = {lab: bars_path(lab, on.counts_as, on.device.type) for lab in records_by_bars()}
    for path in paths.values():
        if not path.exists():
            raise UsageError(
                f"There are no bars yet: {path}. Run `autograder calibrate` with seeds."
            )
    bars = {id: load_bars(record, on.circumstances) for id, record in records().items()}
    root = read_settings(cuda=on.device.type == "cuda").data_root
    with Kept.entered(on, root, told) as kept:
        found = try_mistakes(on, range(seeds), told, bars, kept)
        kept.forget()
    for lab, its in records_by_bars().items():
        mistakes = {each.id: found[each.id] for each in its}
        _add(paths[lab], {"mistake_seeds": list(range(seeds)), "mistakes": mistakes})
    return list(paths.values())


def _add(path: Path, entries: dict[str, Any]) -> None:
    """Add entries to a file of bars."""
    content = json.loads(path.read_text(encoding="utf-8")) | entries
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def try_mistakes(
    on: Stage,
    seeds: Iterable[int],
    told: Callable[[str], None],
    bars: dict[str, dict[str, Bar]],
    kept: Kept,
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
    for id, record in records().items():
        step = step_of(record)
        for wrong in step.wrong:
            names = reference(record) | {step.name: wrong.subject}
            name = f"{id} {wrong.id}, {len(seeds)} seeds"
            seen = kept.once(name, partial(_try, on, record, names, seeds))
            passes = _passes(seen["values"], bars.get(id, {})) / len(seeds)
            found.setdefault(id, {})[wrong.id] = {**seen, "passes": passes}
            told(f"{id} {wrong.id}: passes {passes:.0%}")
    return found


def _try(
    on: Stage, record: EndToEnd, names: dict[str, Any], seeds: list[int]
) -> dict[str, Any]:
    """What trainings with a mistake come to, seed by seed."""
    values: dict[str, list[float]] = {}
    faults: list[str] = []
    for seed in seeds:
        seen = train_and_measure(on, record, LocalSubmission(names), seed)
        if isinstance(seen, Fault):
            faults.append(seen.kind)
            continue
        for name, value in seen.items():
            values.setdefault(name, []).append(value)
    return {"values": values, "faults": faults}


def _passes(values: dict[str, list[float]], bars: dict[str, Bar]) -> int:
    """How many of the trainings that came to an end pass all bars."""
    trained = zip(*values.values(), strict=True)
    seen = (dict(zip(values, each, strict=True)) for each in trained)
    return sum(all(bar.passes(each[name]) for name, bar in bars.items()) for each in seen)
