"""What is measured on a trained student network, and what the student is told about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from kdlab import evaluation
from labkit.judge.messages import Text

Batches = Iterable[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Measure:
    """One thing that is measured on the test images, and what it is worth.

    Attributes
    ----------
    name : str
        Of its bar, its values in the bars' file, and its check.
    weight : float
        Its part of the exercise's points; 0: it is kept beside the bars and never graded.
    title : Text
        What the student reads above it.
    form : str
        How its number is shown, such as ``"{:.1%}"``.
    below : Text
        What the student is told who misses the bar.
    function : callable
        ``function(student, teacher, batches)`` measures. The teacher's outputs on the test images
        are computed once for all submissions.
    higher_is_better : bool, default True
        On which side of the bar a value passes.
    inside : bool, default False
        Whether the function looks into the student, or at more than its logits. All others get the
        student's logits, which are computed once for them.
    """

    name: str
    weight: float
    title: Text
    form: str
    below: Text
    function: Callable[[Any, Any, Batches], float]  # of the networks that this exercise has
    higher_is_better: bool = True
    inside: bool = False


def accuracy(weight: float) -> Measure:
    """The measure that all exercises share.

    Parameters
    ----------
    weight : float
        Its part of the exercise's points.
    """
    return Measure(
        "accuracy",
        weight,
        Text("test 이미지에서의 정확도", "Accuracy on the test images"),
        "{:.1%}",
        Text(
            "학습은 되었지만 정확도가 기준보다 낮습니다."
            " 앞의 실습에서 틀린 곳이 있는지 확인합니다.",
            "It trains, but reaches less than it should. Look at what the exercises before report.",
        ),
        lambda student, teacher, batches: evaluation.accuracy(student, batches),
    )
