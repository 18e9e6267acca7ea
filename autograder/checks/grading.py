"""Grades an exercise from a notebook's names."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from autograder.checks.catalogue import find_exercise, hidden_sheet, local
from autograder.checks.end_to_end import grade_training
from autograder.checks.score import Score, score_of
from autograder.checks.trainings import TRAININGS
from autograder.errors import AutograderError, GraderError
from kdlab.checks.sheet import judge


def grade(exercise: str, namespace: Mapping[str, Any] | None = None) -> Score:
    """The score of an exercise; a student's fault is part of it and never raised.

    Parameters
    ----------
    exercise : str
        Its number, such as ``"2-2"``.
    namespace : dict, optional
        Where to look its name up; the notebook's own names by default.

    Raises
    ------
    UsageError
        If there is no such exercise.
    GraderError
        If the grader itself fails: that is never a reason for a zero.
    """
    names = vars(sys.modules["__main__"]) if namespace is None else namespace
    try:
        if exercise in TRAININGS:
            return Score(exercise, tuple(grade_training(exercise, names)))
        name = find_exercise(exercise).name
        return score_of(judge(hidden_sheet(exercise), local(names, name)))
    except AutograderError:
        raise
    except Exception as error:
        raise GraderError(f"Grading {exercise} failed: {type(error).__name__}: {error}") from error
