"""Grades an exercise of the current submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.checks.exercise import Measured
from autograder.checks.sheets import hidden_sheet
from autograder.errors import AutograderError, GraderError
from autograder.execution.submission import asking, current_submission
from autograder.marks.score import Score, score_of
from autograder.subject import find_subject, load_subject
from labkit.judge.sheet import judge


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
        If the course has no such exercise.
    GraderError
        If the grader itself fails: that is never a reason for a zero.
    """
    submission = current_submission(namespace)
    try:
        subject = load_subject(submission.subject) if submission.subject else find_subject()
        found = subject.find(exercise)
        if isinstance(found, Measured):
            return Score(exercise, found.measure(submission))
        sheet = hidden_sheet(found, submission.seed)
        return score_of(judge(sheet, asking(submission, found.name)))
    except AutograderError:
        raise
    except Exception as error:
        raise GraderError(f"Grading {exercise} failed: {type(error).__name__}: {error}") from error
