"""From what was judged to what is stored: the share that each check earned, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.checks.exercise import VALUE, Exercise
from autograder.marks.score import NOTHING, CheckScore, Score
from labkit.judge.explain import explain, fault_text
from labkit.judge.messages import OUTCOMES, Text
from labkit.judge.sheet import CheckResult, Report


def score_of(exercise: Exercise, report: Report, look_at: Sequence[str] = ()) -> Score:
    """The score of a report by `labkit.judge.sheet.judge`.

    A mistake may keep a share of the points for values, see `autograder.checks.exercise.Wrong`:
    only where it alone explains all that was seen. The right form then counts, too.
    """
    graded = [result for result in report.results if result.weight]
    kept = {wrong.id: wrong.keeps for wrong in exercise.wrong}
    keeps = kept.get(report.mistake.id, 0.0) if report.mistake else 0.0
    values = {check.id for check in exercise.checks if check.entries == VALUE}
    if keeps:
        graded = [replace(r, finding=None) if _is_unbacked(r) else r for r in graded]
    scored = [
        _scored(report, result, keeps if result.id in values else 0.0)
        for result in [*graded, *report.notes]
    ]
    return Score(report.exercise, scored, look_at)


def _is_unbacked(result: CheckResult) -> bool:
    return bool(result.finding and result.finding.difference.kind == "unbacked")


def _scored(report: Report, result: CheckResult, keeps: float) -> CheckScore:
    """What a check gave; ``keeps`` is its share where it failed."""
    outcome, message, cause = "correct", NOTHING, NOTHING
    if not result.weight:
        outcome = "note"
    elif result.finding:
        outcome = report.outcome
        message = _join(explain(replace(result, mistake=None), numbers=False))
        cause = result.mistake.message if result.mistake else NOTHING
        if report.fault and report.outcome in ("missing", "not_attempted"):
            message = fault_text(report.fault)
        elif outcome == "incorrect" and not message.ko:
            message = OUTCOMES["incorrect"]
    mistake = result.mistake.id if result.finding and result.mistake else ""
    share = keeps if result.finding else 1.0
    return CheckScore(
        result.id, result.title, result.weight, share, outcome, message, mistake, cause=cause
    )


def _join(texts: list[Text]) -> Text:
    return Text("\n".join(text.ko for text in texts), "\n".join(text.en for text in texts))
