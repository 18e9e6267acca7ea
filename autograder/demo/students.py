"""Three students: what each of them writes, and the points that this must earn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder.errors import GraderError

ALL, HALF, NONE = "all-right", "half", "untouched"

#: What 'half' hands in instead of a right answer; None leaves the stub.
WRONG: dict[str, str | None] = {
    "1-4": "def accuracy(model, batches):\n    return None",
    "2-2": """\
def soft_targets_loss(student_logits, teacher_logits, T):
    soft_targets = F.softmax(teacher_logits / T, dim=1)
    log_student = F.log_softmax(student_logits / T, dim=1)
    return F.kl_div(log_student, soft_targets, reduction="batchmean")""",
    "2-3": None,
    "3-1": "def cosine_embedding_loss(x1, x2, target, margin=0.0):\n    return None",
    "3-3": None,
    "4-1": "def mse(x, y):\n    return ((x - y) ** 2).mean(dim=1).mean()",
    "4-3": None,
}
#: Of these, the wrong answer that earns a part: it is right for tensors of two dimensions and more.
PARTLY = "4-1"
#: Exercises that cannot be right because they train with one of the above.
FOLLOW = ("2-e", "3-e", "4-e")
#: Marks that the instructor gives 'half' for written answers; 'all-right' gets all of them.
BY_HAND = {"1-w": 1.0, "2-w": 2.0, "3-w": 0.0, "4-w": 3.0}


@dataclass(frozen=True)
class Item:
    """Something that earns points: `exercise` is its short name, ``"1-1"`` or ``"1-w"``."""

    lab: str
    cell: str
    exercise: str
    points: float
    by_hand: bool


def answers_of(student: str, right: Mapping[str, str]) -> dict[str, str | None]:
    """What a student writes, given the right answers."""
    if student == NONE:
        return {}
    return {
        name: WRONG.get(name, text) if student == HALF else text for name, text in right.items()
    }


def expected(student: str, item: Item) -> float:
    """The points that a student must get for an item."""
    if student == NONE:
        return 0.0
    if student == ALL:
        return item.points
    if item.by_hand:
        return min(BY_HAND[item.exercise], item.points)
    if item.exercise == PARTLY:
        return _graded_here(PARTLY, item.points)
    return 0.0 if item.exercise in (*WRONG, *FOLLOW) else item.points


@cache
def _graded_here(exercise: str, most: float) -> float:
    """What the checks give for a wrong answer in this process; nbgrader must come to the same."""
    # Imported here, since only the comparison at the end needs torch.
    from autograder.checks import grade

    names: dict[str, Any] = {}
    exec(WRONG[exercise] or "", names)
    points = float(grade(exercise, names))
    if not 0 < points < most:
        raise GraderError(f"the demonstration's answer to {exercise} earns {points:g} of {most:g}")
    return points
