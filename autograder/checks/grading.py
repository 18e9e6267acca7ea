"""Grades an exercise of the submission in the current room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.checks.catalogue import find_exercise, hidden_sheet
from autograder.checks.end_to_end import grade_training
from autograder.checks.rooms import asking, current_room
from autograder.checks.score import Score, score_of
from autograder.errors import AutograderError, GraderError
from kdlab.checks.sheet import judge
from kdlab.checks.training import RECIPES


def grade(exercise: str, namespace: Mapping[str, Any] | None = None) -> Score:
    """The score of an exercise; a student's fault is part of it and never raised.

    Parameters
    ----------
    exercise : str
        Its number, such as ``"2-2"``.
    namespace : dict, optional
        Where to look its name up; by default the submission that is being graded, and in a
        notebook the notebook's own names.

    Raises
    ------
    UsageError
        If there is no such exercise.
    GraderError
        If the grader itself fails: that is never a reason for a zero.
    """
    room = current_room(namespace)
    try:
        if exercise in RECIPES:
            return Score(exercise, tuple(grade_training(exercise, room)))
        name = find_exercise(exercise).name
        return score_of(judge(hidden_sheet(exercise, room.seed), asking(room, name)))
    except AutograderError:
        raise
    except Exception as error:
        raise GraderError(f"Grading {exercise} failed: {type(error).__name__}: {error}") from error
