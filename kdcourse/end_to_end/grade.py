"""The end-to-end checks: a student network, trained by the submission's own code, is measured.

A correct solution that is unlucky with the first seed gets a second one. What is measured beside
the accuracy tells distillation from its absence, which accuracy cannot at this size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.checks.exercise import Check, Measured
from autograder.execution.submission import Submission
from autograder.marks.score import CheckScore
from kdcourse.end_to_end.stage import EPOCHS, Stage, initial_weights, measure, stage
from kdcourse.end_to_end.thresholds import Bar, load_bars
from kdlab.end_to_end import Weights
from labkit.judge.case import Array, Fault
from labkit.judge.explain import fault_text
from labkit.judge.messages import WHERE, Text

#: Least cosine between the trained and the initial weights of the largest layer. Between weights
#: that have nothing to do with each other it is 0 ± 0.002; long trainings bring it nearer to that.
LEAST_LIKENESS = 0.05


@dataclass(frozen=True)
class Measure:
    """One thing that is measured, and its weight."""

    name: str
    weight: float
    title: Text
    form: str
    below: Text


_TITLE = Text("처음부터 끝까지 학습", "Training from beginning to end")
_ACCURACY = Text("test 이미지에서의 정확도", "Accuracy on the test images")
_TOO_LOW = Text(
    "학습은 되었지만 정확도가 기준보다 낮습니다. 앞의 실습에서 틀린 곳이 있는지 확인합니다.",
    "It trains, but reaches less than it should. Look at what the exercises before report.",
)
MEASURES = {
    "1-e": (Measure("accuracy", 4, _ACCURACY, "{:.1%}", _TOO_LOW),),
    "2-e": (
        Measure("accuracy", 2, _ACCURACY, "{:.1%}", _TOO_LOW),
        Measure(
            "kl",
            2,
            Text("Teacher에 대한 KL divergence (T = 4)", "KL divergence to the teacher (T = 4)"),
            "{:.2f}",
            Text(
                "Student의 분포가 teacher의 분포와 너무 다릅니다. Soft targets loss가 전체 loss에"
                " 제대로 들어가는지 확인합니다.",
                "The student's distribution is too far from the teacher's. Does the soft targets"
                " loss enter the total loss as it should?",
            ),
        ),
    ),
    "3-e": (
        Measure("accuracy", 2, _ACCURACY, "{:.1%}", _TOO_LOW),
        Measure(
            "cosine",
            2,
            Text("Hidden representation의 cosine", "Cosine of the hidden representations"),
            "{:.2f}",
            Text(
                "Student의 hidden representation이 teacher의 것과 방향이 다릅니다. Cosine loss가"
                " 전체 loss에 제대로 들어가는지 확인합니다.",
                "The student's hidden representation does not point where the teacher's does. Does"
                " the cosine loss enter the total loss as it should?",
            ),
        ),
    ),
    "4-e": (
        Measure("accuracy", 2, _ACCURACY, "{:.1%}", _TOO_LOW),
        Measure(
            "mse",
            2,
            Text("Teacher의 feature map에 대한 MSE", "MSE to the teacher's feature map"),
            "{:.2f}",
            Text(
                "regressor의 출력이 teacher의 feature map과 너무 다릅니다. MSE가 전체 loss에 제대로"
                " 들어가는지 확인합니다.",
                "The regressor's output is too far from the teacher's feature map. Does the MSE"
                " enter the total loss as it should?",
            ),
        ),
    ),
}
_UNCALIBRATED = Text(
    "이 데이터셋과 device의 기준값이 아직 없어 관대한 기준을 적용했습니다(uncalibrated).",
    "Uncalibrated: no bar was measured for this data set and device, so a lenient one was used."
    " Instructor: autograder calibrate",
)


def measured(exercise: str) -> Measured:
    """The end-to-end exercise with a number, for the table of its lab."""
    checks = tuple(Check(each.name, each.weight, each.title, ()) for each in MEASURES[exercise])
    return Measured(exercise, _TITLE, checks, partial(grade_training, exercise))


def grade_training(exercise: str, submission: Submission) -> list[CheckScore]:
    """What each measure of an end-to-end exercise gives.

    Parameters
    ----------
    exercise : str
        ``"1-e"`` to ``"4-e"``.
    submission : Submission
        The submission that trains.
    """
    on = stage(submission.test_seed)
    bars = load_bars(on.data.name, on.device.type).get(exercise) or _lenient(on)
    best: list[CheckScore] = []
    for seed in (submission.seed, submission.seed + 1):  # the second is the retry
        seen = train_and_measure(on, exercise, submission, seed)
        if isinstance(seen, Fault):
            return _faulty(exercise, seen)
        scored = [_judge(each, seen[each.name], bars) for each in MEASURES[exercise]]
        # The seeds are judged apart: a solution must pass all measures with one of them.
        if not best or _points(scored) > _points(best):
            best = scored
        if all(each.outcome == "correct" for each in best):
            break
    return best


def train_and_measure(
    on: Stage, exercise: str, submission: Submission, seed: int
) -> dict[str, float] | Fault:
    """What one training by the submission comes to, by measure, or why it comes to nothing."""
    start = initial_weights(exercise, len(on.data.classes), seed)
    weights = submission.run(
        "kdlab.end_to_end:train", exercise=exercise, images=str(on.training_set), start=start,
        seed=seed, epochs=EPOCHS[exercise],
    )  # fmt: skip
    if isinstance(weights, Fault):
        return weights
    return strange(weights, start) or measure(on, exercise, weights)


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
            return Fault("not_finite", {"name": name})
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
    bar = bars.get(measure.name)
    show = measure.form.format
    seen = value if np.isfinite(value) else None
    if bar is None:
        told = Text(show(value), show(value)) + _UNCALIBRATED
        return CheckScore(
            measure.name, measure.title, measure.weight, 1.0, "correct", told, value=seen
        )
    told = Text(
        f"{show(value)} (필요한 값: {show(bar.threshold)})",
        f"{show(value)}, needed {show(bar.threshold)}",
    )
    if bar.n:
        usual = f"{show(bar.mean)} ± {show(bar.spread)}, n = {bar.n}"
        told = told + Text(f"· 정답 코드의 결과: {usual}.", f"· correct solutions: {usual}.")
    else:
        told = told + _UNCALIBRATED
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


def _lenient(on: Stage) -> dict[str, Bar]:
    """A floor that any training passes: twice the accuracy of guessing."""
    floor = 2 / len(on.data.classes)
    return {"accuracy": Bar(True, 0, floor, 0.0, floor, 0.0)}


def _faulty(exercise: str, fault: Fault) -> list[CheckScore]:
    """No points for any measure, for one reason."""
    told = fault_text(fault)
    if fault.details.get("line", -1) > 0:
        told = told + WHERE.fill(**fault.details)
    return [
        CheckScore(measure.name, measure.title, measure.weight, 0.0, fault.kind, told)
        for measure in MEASURES[exercise]
    ]


def _points(scored: list[CheckScore]) -> float:
    return sum(each.points for each in scored)
