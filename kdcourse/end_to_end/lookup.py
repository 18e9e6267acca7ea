"""Finds what belongs to an end-to-end exercise among the course's other exercises.

Records name other exercises by their numbers: they lie in the labs, which import them. What needs
the exercises themselves asks the course when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograder.checks.exercise import Exercise, Measured
from kdcourse.course import SUBJECT
from kdcourse.end_to_end.record import EndToEnd, Training


def records() -> dict[str, EndToEnd]:
    """The records of all end-to-end exercises by number, in the order of the labs."""
    return {each.id: each.record for each in SUBJECT.exercises() if isinstance(each, Training)}


def records_by_bars() -> dict[str, list[EndToEnd]]:
    """The same by what the names of the files with their bars begin with, such as ``"lab1"``."""
    found: dict[str, list[EndToEnd]] = {}
    for record in records().values():
        found.setdefault(record.bars, []).append(record)
    return found


def step_of(record: EndToEnd) -> Exercise:
    """The exercise whose function trains."""
    found = SUBJECT.find(record.step)
    assert isinstance(found, Exercise), f"{record.step} is no function to write"
    return found


def reference(record: EndToEnd, with_term: bool = True) -> dict[str, Any]:
    """The names of a correct submission: of all that its lab asks for, the first right way.

    Parameters
    ----------
    with_term : bool, default True
        False leaves out the lab's own loss term, if it has one: what is left trains with
        cross-entropy alone.
    """
    exercises = [each for each in _lab_of(record) if isinstance(each, Exercise)]
    names = {each.name: each.right[0].subject for each in exercises}
    if record.method_weight and not with_term:
        step = step_of(record).name
        names[step] = _without(names[step], record.method_weight)
    return names


def _lab_of(record: EndToEnd) -> list[Exercise | Measured]:
    labs = [list(SUBJECT.exercises(name)) for name in SUBJECT.labs]
    return next(lab for lab in labs if record.id in {each.id for each in lab})


def _without(step: Callable[..., Any], weight: str) -> Callable[..., Any]:
    """A step that gives one of its terms no weight, whatever weight it is called with."""

    @wraps(step)
    def left(*arguments: Any, **keywords: Any) -> Any:
        return step(*arguments, **{**keywords, weight: 0.0})

    return left
