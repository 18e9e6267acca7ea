"""All exercises, and the sheets that submissions are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, overload

import numpy as np

from autograder.checks import lab1, lab2, lab3, lab4
from autograder.checks.exercise import Draw, Exercise, Plan
from autograder.checks.mistakes import MISTAKES
from autograder.checks.rooms import LOCAL_SEED
from autograder.checks.rounding import UNIT, Rounded
from autograder.errors import UsageError
from kdlab.checks.case import Observation
from kdlab.checks.compare import Target, digest
from kdlab.checks.probe import observe
from kdlab.checks.sheet import CheckSheet, Mistake, Sheet, Trial

EXERCISES: dict[str, Exercise] = {
    exercise.id: exercise for lab in (lab1, lab2, lab3, lab4) for exercise in lab.EXERCISES
}

PUBLIC_SEED = 1


def find_exercise(id: str) -> Exercise:
    """The exercise with a number."""
    if id not in EXERCISES:
        raise UsageError(f"There is no exercise {id!r}. There are: {', '.join(EXERCISES)}.")
    return EXERCISES[id]


@lru_cache(maxsize=32)
def hidden_sheet(id: str, seed: int = LOCAL_SEED) -> Sheet:
    """What the grader judges an exercise by; every submission has a seed of its own."""
    return make_sheet(find_exercise(id), seed)


def make_sheet(exercise: Exercise, seed: int, product_unit: float = UNIT) -> Sheet:
    """A sheet with the cases of a seed; the known mistakes are tried when they are asked for."""
    plans = exercise.plans(Draw(seed, product_unit))
    trials = tuple(Trial(plan.case, _targets(plan)) for plan in plans)
    noted = {tag for check in exercise.checks if not check.points for tag in check.tags}
    checks = tuple(
        CheckSheet(
            check.id,
            check.title,
            check.points,
            tuple(
                (number, entry)
                for number, (plan, trial) in enumerate(zip(plans, trials, strict=True))
                if (plan.tag in check.tags if check.tags else plan.tag not in noted)
                for entry in trial.expected
                if check.looks_at(entry)
            ),
        )
        for check in exercise.checks
    )

    def known() -> list[Mistake]:
        wrongs = MISTAKES.get(exercise.id, ())
        return [Mistake(w.id, w.message, Tried(w.subject, trials)) for w in wrongs]

    return Sheet(
        exercise.id, exercise.name, exercise.title, trials, checks, known, exercise.hints
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


def _targets(plan: Plan) -> dict[str, Target]:
    """The expected entries, with those that every result must have."""
    targets: dict[str, Target] = {}
    for entry, wanted in plan.expected.items():
        rounded = wanted if isinstance(wanted, Rounded) else Rounded(wanted)
        targets[entry] = rounded.target()
        what, _, part = entry.partition(":")
        if what == "value":
            end = f":{part}" if part else ""
            shape = np.array(rounded.shape, dtype=np.float64)
            targets[f"shape{end}"] = Target(shape, np.zeros(()))
            targets[f"form{end}"] = Target(np.zeros(()), np.zeros(()))
    if plan.case.kind == "call":
        targets["inputs"] = Target(np.zeros(()), np.zeros(()))
    return targets
