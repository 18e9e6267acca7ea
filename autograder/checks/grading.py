"""Grades an exercise of the current submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.checks.exercise import Exercise, Measured
from autograder.checks.no_python import no_python
from autograder.checks.scores import score_of
from autograder.checks.sheets import hidden_sheet
from autograder.errors import AutograderError, GraderError
from autograder.execution.submission import Submission, asking, current_submission
from autograder.marks.score import Score
from autograder.subject import find_subject, load_subject
from labkit.judge.sheet import judge
from labkit.rules import Verdict, verdict_on


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
        return _graded(found, submission)
    except AutograderError:
        raise
    except Exception as error:
        raise GraderError(f"Grading {exercise} failed: {type(error).__name__}: {error}") from error


def _graded(exercise: Exercise, submission: Submission) -> Score:
    """What the cases show, as far as the source keeps to the exercise's rule."""
    sheet = hidden_sheet(exercise, submission.seed)
    verdict = verdict_on(sheet.rule, sheet.name, submission.code)
    report = judge(sheet, verdict.applied(asking(submission, sheet.name)))
    if report.outcome == "missing" and (reason := no_python(sheet.name, submission.code)):
        fault, told = reason
        told_instead = Verdict(broken=fault).applied(asking(submission, sheet.name))
        return score_of(exercise, judge(sheet, told_instead), [told])
    score = score_of(exercise, report, [str(doubt) for doubt in verdict.doubts])
    return score if score else Score(exercise.id, score.checks)
