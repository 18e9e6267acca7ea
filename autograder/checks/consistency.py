"""What in a course's declarations contradicts itself: found before anybody is graded by it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from autograder.checks.exercise import Exercise, Measured
from autograder.subject import Subject
from labkit.judge.messages import Text


def contradictions(subject: Subject) -> Iterator[str]:
    """What is wrong with the exercises of a course, each with its place; nothing if all is well.

    Whether right ways pass and mistakes fail is another question: see `autograder.checks.matrix`.
    """
    labs = {name: list(subject.exercises(name)) for name in subject.labs}
    places: dict[str, list[str]] = {}
    for lab, exercises in labs.items():
        for exercise in exercises:
            places.setdefault(exercise.id, []).append(lab)
    for id, where in places.items():
        if len(where) > 1:
            yield f"{id}: declared {len(where)} times, in {' and '.join(where)}"
    for lab, exercises in labs.items():
        for exercise in exercises:
            for found in _of(exercise):
                yield f"{lab}, {exercise.id}: {found}"


def _of(exercise: Exercise | Measured) -> Iterator[str]:
    yield from _untold("its title", exercise.title)
    yield from _twice("check", [check.id for check in exercise.checks])
    for check in exercise.checks:
        yield from _untold(f"check {check.id!r}", check.title)
        if not (math.isfinite(check.weight) and check.weight >= 0):
            yield f"check {check.id!r}: its weight is {check.weight!r}"
    if not sum(check.weight for check in exercise.checks) > 0:
        yield "its checks have no weight: nobody could earn its points"
    if isinstance(exercise, Exercise):
        yield from _twice("right way", [each.id for each in exercise.right])
        yield from _twice("mistake", [each.id for each in exercise.wrong])
        for wrong in exercise.wrong:
            yield from _untold(f"mistake {wrong.id!r}", wrong.message)
            if not 0 <= wrong.keeps < 1:
                yield f"mistake {wrong.id!r}: it keeps {wrong.keeps!r}, not a share below 1"
        for number, hint in enumerate(exercise.hints, start=1):
            yield from _untold(f"hint {number}", hint)
        if not exercise.right:
            yield "no right way to write it: its checks are not tested"


def _untold(what: str, text: Text) -> Iterator[str]:
    for language, said in zip(("Korean", "English"), text, strict=True):
        if not said.strip():
            yield f"{what} says nothing in {language}"


def _twice(what: str, ids: Iterable[str]) -> Iterator[str]:
    for id, times in Counter(ids).items():
        if times > 1:
            yield f"{what} {id!r} is there {times} times"
