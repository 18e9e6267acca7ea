"""The end-to-end exercise q-e: what a submission's own functions make of a trained network."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checks.exercise import Check, Measured
from autograder.execution.submission import Submission
from autograder.marks.score import CheckScore
from labkit.judge.case import Fault
from labkit.judge.explain import fault_with_line
from labkit.judge.messages import Text

from quantcourse.end_to_end.bars import load_bars
from quantcourse.end_to_end.rebuild import (
    StrangeNetworkError,
    accuracy,
    likeness,
    rebuild,
    size,
)
from quantcourse.end_to_end.stage import ACTIVATION_BITS, OPTIONS, Task, task

_ELSEWHERE = Text(
    "돌아온 weight가 채점기가 보낸 네트워크와 닮지 않았습니다.",
    "The weights that came back do not resemble the network that the grader sent.",
)
_INACCURATE = Text(
    "앞의 실습 가운데 틀린 곳이 있는지 확인하세요.",
    "See whether one of the exercises before still loses points.",
)
_LARGE = Text(
    "choose_bits가 예산을 지키는지 확인하세요.", "See whether choose_bits keeps the budget."
)
_CHECKS = (
    Check(
        "accuracy", 3.0,
        Text("처음 보는 숫자에 대한 정확도", "Accuracy on digits never seen before"), (),
    ),
    Check("size", 2.0, Text("Weight의 크기", "Size of the weights"), ()),
)  # fmt: skip


@dataclass(frozen=True)
class Measures:
    """What is measured on a quantised network.

    Attributes
    ----------
    accuracy : float
        On hidden digits, 0 to 1.
    size : float
        Bits a weight.
    likeness : float
        Cosine of the weights with those that were sent.
    """

    accuracy: float
    size: float
    likeness: float


def measure(submission: Submission) -> Measures | Fault:
    """Let the submission quantise the network of its seed, and measure what comes back.

    Raises
    ------
    StrangeNetworkError
        If that is no quantised network.
    """
    given = task(submission.seed)
    found = submission.run(
        "quantlab.end_to_end:quantise_network",
        weights=given.weights,
        options=list(OPTIONS),
        budget=given.budget,
        activation_bits=ACTIVATION_BITS,
    )
    if isinstance(found, Fault):
        return found
    layers = rebuild(found, given)
    return Measures(
        accuracy(layers, submission.test_seed), size(found, given), likeness(layers, given)
    )


def grade_network(submission: Submission) -> list[CheckScore]:
    """The scores for accuracy and for size."""
    given = task(submission.seed)
    try:
        seen = measure(submission)
    except StrangeNetworkError as error:
        return _nothing("malformed", error.told)
    if isinstance(seen, Fault):
        return _nothing(seen.kind, fault_with_line(seen))
    if seen.likeness < load_bars()["likeness"].threshold:
        return _nothing("elsewhere", _ELSEWHERE)
    return [_accuracy(seen), _size(seen, given)]


def _accuracy(seen: Measures) -> CheckScore:
    bar = load_bars()["accuracy"]
    told = Text(
        f"{seen.accuracy:.1%} (필요한 값: {bar.threshold:.1%}) · 정답 코드의 결과: "
        f"{bar.mean:.1%} ± {bar.spread:.1%}, n = {bar.n}.",
        f"{seen.accuracy:.1%}, needed {bar.threshold:.1%} · correct solutions: "
        f"{bar.mean:.1%} ± {bar.spread:.1%}, n = {bar.n}.",
    )
    passed = seen.accuracy >= bar.threshold
    return _score(_CHECKS[0], passed, told, _INACCURATE, seen.accuracy, bar.threshold)


def _size(seen: Measures, given: Task) -> CheckScore:
    """The bar is the budget that the submission was told."""
    most = given.budget / given.count
    told = Text(
        f"weight당 {seen.size:.3f} bit (예산: {most:.3f} bit).",
        f"{seen.size:.3f} bits a weight, the budget is {most:.3f}.",
    )
    return _score(_CHECKS[1], seen.size <= most, told, _LARGE, seen.size, most)


def _score(
    check: Check, passed: bool, told: Text, below: Text, value: float, needed: float
) -> CheckScore:
    return CheckScore(
        check.id,
        check.title,
        check.weight,
        1.0 if passed else 0.0,
        "correct" if passed else "incorrect",
        told if passed else told + below,
        value=value,
        needed=needed,
    )


def _nothing(outcome: str, told: Text) -> list[CheckScore]:
    """No points for either, for one reason."""
    return [CheckScore(c.id, c.title, c.weight, 0.0, outcome, told) for c in _CHECKS]


QUANTISED = Measured(
    "q-e",
    Text("처음부터 끝까지: 네트워크 양자화", "From beginning to end: a quantised network"),
    _CHECKS,
    grade_network,
)
