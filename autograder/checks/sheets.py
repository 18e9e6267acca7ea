"""The sheets that submissions are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, overload

import numpy as np

from autograder.checks.exercise import Draw, Exercise, KnownCase
from autograder.checks.rounding import UNIT, Rounded
from autograder.execution.submission import LOCAL_SEED
from labkit.judge.case import Observation
from labkit.judge.compare import Target, digest
from labkit.judge.sheet import CheckSheet, Mistake, Sheet, Trial
from labkit.probe.observe import observe


@lru_cache(maxsize=32)
def hidden_sheet(exercise: Exercise, seed: int = LOCAL_SEED) -> Sheet:
    """What the grader judges an exercise by; every submission has a seed of its own."""
    return make_sheet(exercise, seed)


def make_sheet(exercise: Exercise, seed: int, product_unit: float = UNIT) -> Sheet:
    """A sheet with the cases of a seed; the known mistakes are tried when they are asked for."""
    cases = exercise.cases(Draw(seed, product_unit))
    watched = exercise.rule.watched if exercise.rule else ()
    trials = tuple(
        Trial(replace(k.case, forbidden=watched or k.case.forbidden), _targets(k)) for k in cases
    )
    noted = {tag for check in exercise.checks if not check.weight for tag in check.tags}
    checks = tuple(
        CheckSheet(
            check.id,
            check.title,
            check.weight,
            tuple(
                (number, entry)
                for number, (known, trial) in enumerate(zip(cases, trials, strict=True))
                if (known.tag in check.tags if check.tags else known.tag not in noted)
                for entry in trial.expected
                if check.looks_at(entry)
            ),
        )
        for check in exercise.checks
    )

    def mistakes() -> list[Mistake]:
        return [Mistake(w.id, w.message, Tried(w.subject, trials)) for w in exercise.wrong]

    return Sheet(
        exercise.id,
        exercise.name,
        exercise.title,
        trials,
        checks,
        mistakes,
        exercise.hints,
        exercise.rule,
    )


class Tried(Sequence[Observation]):
    """What a function or class of the tables does in each trial; tried when somebody looks.

    Most known mistakes are ruled out by one trial. The entries are digests of what is expected.
    """

    def __init__(self, subject: Any, trials: Sequence[Trial]) -> None:
        self._subject, self._trials = subject, trials
        self._seen: dict[int, Observation] = {}

    def __len__(self) -> int:
        return len(self._trials)

    @overload
    def __getitem__(self, number: int) -> Observation: ...
    @overload
    def __getitem__(self, number: slice) -> list[Observation]: ...
    def __getitem__(self, number: int | slice) -> Observation | list[Observation]:
        if isinstance(number, slice):
            return [self[each] for each in range(len(self))[number]]
        if number not in self._seen:
            trial = self._trials[number]
            seen = observe(self._subject, trial.case)
            entries = {n: digest(e) for n, e in seen.entries.items() if n in trial.expected}
            self._seen[number] = replace(seen, entries=entries)
        return self._seen[number]


def _targets(known: KnownCase) -> dict[str, Target]:
    """The expected entries, with those that every result must have."""
    targets: dict[str, Target] = {}
    for entry, wanted in known.expected.items():
        rounded = wanted if isinstance(wanted, Rounded) else Rounded(wanted)
        targets[entry] = rounded.target()
        what, _, part = entry.partition(":")
        if what == "value":
            end = f":{part}" if part else ""
            shape = np.array(rounded.shape, dtype=np.float64)
            targets[f"shape{end}"] = Target(shape, np.zeros(()))
            targets[f"form{end}"] = Target(np.zeros(()), np.zeros(()))
    if known.case.kind == "call":
        targets["inputs"] = Target(np.zeros(()), np.zeros(()))
    return targets
