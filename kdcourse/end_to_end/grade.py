"""The end-to-end checks: a student network, trained by the submission's own code, is measured.

A correct solution that is unlucky with the first seed gets a second one. What is measured beside
the accuracy tells distillation from its absence, which accuracy cannot at this size.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograder.checks.exercise import Check
from autograder.checks.no_python import no_python
from autograder.execution.submission import Submission
from autograder.marks.score import CheckScore
from kdcourse.end_to_end.lookup import step_of
from kdcourse.end_to_end.measures import Measure
from kdcourse.end_to_end.ready import bars_for
from kdcourse.end_to_end.record import EndToEnd, Training
from kdcourse.end_to_end.stage import Stage, initial_weights, measure, stage
from kdcourse.end_to_end.thresholds import Bar
from kdlab.end_to_end import Weights
from labkit.judge.case import Array, Fault
from labkit.judge.explain import fault_with_line
from labkit.judge.messages import Text

#: Least cosine between the trained and the initial weights of the largest layer. Between weights
#: that have nothing to do with each other it is 0 ± 0.002; long trainings bring it nearer to that.
LEAST_LIKENESS = 0.05

_TITLE = Text("처음부터 끝까지 학습", "Training from beginning to end")


def measured(record: EndToEnd) -> Training:
    """An end-to-end exercise, for the table of its lab."""
    checks = tuple(Check(each.name, each.weight, each.title, ()) for each in record.graded)
    return Training(record.id, _TITLE, checks, partial(grade_training, record), record)


def grade_training(record: EndToEnd, submission: Submission) -> list[CheckScore]:
    """What each measure of an end-to-end exercise gives.

    Parameters
    ----------
    record : EndToEnd
        The exercise.
    submission : Submission
        The submission that trains.

    Raises
    ------
    BarsError
        If a measure has no bar here: then nobody knows what it has to reach.
    """
    on = stage(submission.test_seed)
    bars = bars_for(record, on.circumstances)
    best: list[CheckScore] = []
    for seed in (submission.seed, submission.seed + 1):  # the second is the retry
        seen = train_and_measure(on, record, submission, seed)
        if isinstance(seen, Fault):
            return _faulty(record, _reason(seen, submission))
        scored = [_judge(each, seen[each.name], bars) for each in record.graded]
        # The seeds are judged apart: a solution must pass all measures with one of them.
        if not best or _points(scored) > _points(best):
            best = scored
        if all(each.outcome == "correct" for each in best):
            break
    return best


def _reason(fault: Fault, submission: Submission) -> Fault:
    """Why names are missing, if the cells that define them are no Python here; else the fault."""
    names = str(fault.details.get("names", "")).split(", ") if fault.kind == "undefined" else []
    found = (no_python(name, submission.code) for name in names)
    return next((reason[0] for reason in found if reason), fault)


def train_and_measure(
    on: Stage, record: EndToEnd, submission: Submission, seed: int
) -> dict[str, float] | Fault:
    """What one training by the submission comes to, by measure, or why it comes to nothing."""
    start = initial_weights(record.network, len(on.data.classes), seed)
    weights = submission.run(
        "kdlab.end_to_end:train",
        plan=record.plan(step_of(record).name, on.counts_as),
        images=str(on.training_set),
        start=start,
        seed=seed,
        epochs=record.schedule_for(on.counts_as).epochs,
    )
    if isinstance(weights, Fault):
        return weights
    return strange(weights, start) or measure(on, record, weights)


def strange(weights: Any, start: Weights) -> Fault | None:
    """What is wrong with weights that came back, if anything.

    They come from a stranger's process: they must be finite numbers in the shapes of those that
    were sent, and must have been trained from them. Trained from a start, a large layer keeps some
    of it; weights that were brought along have nothing in common with it.
    """
    if not isinstance(weights, dict) or weights.keys() != start.keys():
        return Fault("malformed", {"message": "other weights than were asked for"})
    for name, sent in start.items():
        got = weights[name]
        if not isinstance(got, np.ndarray) or got.dtype != np.float32 or got.shape != sent.shape:
            return Fault("malformed", {"message": name})
        if not np.isfinite(got).all():
            return Fault("weights_not_finite", {"name": name})
    largest = max(start, key=lambda name: start[name].size)
    if likeness(weights[largest], start[largest]) < LEAST_LIKENESS:
        return Fault("elsewhere")
    return None


def likeness(weights: Array, start: Array) -> float:
    """Cosine between trained and initial weights, -1 to 1."""
    a, b = weights.ravel().astype(np.float64), start.ravel().astype(np.float64)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.dot(a, b)) / size if size else 0.0


def _judge(measure: Measure, value: float, bars: dict[str, Bar]) -> CheckScore:
    """One measure against its bar, with the margin in words."""
    bar, show = bars[measure.name], measure.form.format
    seen = value if np.isfinite(value) else None
    told = Text(
        f"{show(value)} (필요한 값: {show(bar.threshold)})",
        f"{show(value)}, needed {show(bar.threshold)}",
    )
    usual = f"{show(bar.mean)} ± {show(bar.spread)}, n = {bar.n}"
    told = told + Text(f"· 정답 코드의 결과: {usual}.", f"· correct solutions: {usual}.")
    passed = bar.passes(value)
    if not passed:
        told = told + measure.below
    share = 1.0 if passed else 0.0
    outcome = "correct" if passed else "incorrect"
    return CheckScore(
        measure.name,
        measure.title,
        measure.weight,
        share,
        outcome,
        told,
        value=seen,
        needed=bar.threshold,
    )


def _faulty(record: EndToEnd, fault: Fault) -> list[CheckScore]:
    """No points for any measure, for one reason."""
    told = fault_with_line(fault)
    return [
        CheckScore(measure.name, measure.title, measure.weight, 0.0, fault.kind, told)
        for measure in record.graded
    ]


def _points(scored: list[CheckScore]) -> float:
    return sum(each.points for each in scored)
