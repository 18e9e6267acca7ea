"""Three students: what each of them writes, and the points that this must earn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.checks import grade
from autograder.errors import GraderError
from autograder.execution.submission import LocalSubmission, entered

ALL, HALF, NONE = "all-right", "half", "untouched"


@dataclass(frozen=True)
class Item:
    """Something that earns points: `exercise` is its short name, ``"1-1"`` or ``"1-w"``."""

    lab: str
    cell: str
    exercise: str
    points: float
    by_hand: bool


@dataclass(frozen=True)
class Students:
    """What a course's demonstration hands in, beside the right answers and nothing at all.

    Attributes
    ----------
    subject : str
        Dotted name of the course's `autograder.subject.Subject`.
    wrong : mapping of str to (str or None)
        By exercise, what 'half' hands in instead of a right answer; None leaves the stub.
    partly : tuple of str
        Of these, the ones that earn a part.
    follow : tuple of str
        Exercises that cannot be right because they build on a wrong one.
    by_hand : mapping of str to float
        Marks that the instructor gives 'half' for written answers; 'all-right' gets all of them.
    """

    subject: str
    wrong: Mapping[str, str | None]
    partly: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    by_hand: Mapping[str, float] | None = None

    def answers_of(self, student: str, right: Mapping[str, str]) -> dict[str, str | None]:
        """What a student writes, given the right answers."""
        if student == NONE:
            return {}
        return {
            name: self.wrong.get(name, text) if student == HALF else text
            for name, text in right.items()
        }

    def expected(self, student: str, item: Item) -> float:
        """The points that a student must get for an item."""
        if student == NONE:
            return 0.0
        if student == ALL:
            return item.points
        if item.by_hand:
            return min((self.by_hand or {}).get(item.exercise, item.points), item.points)
        if item.exercise in self.partly:
            return self._share(item.exercise) * item.points
        return 0.0 if item.exercise in (*self.wrong, *self.follow) else item.points

    def _share(self, exercise: str) -> float:
        """What the checks give for a wrong answer in this process; nbgrader must agree."""
        names: dict[str, Any] = {}
        exec(self.wrong[exercise] or "", names)
        with entered(LocalSubmission(names, subject=self.subject)):
            score = grade(exercise)
        share = float(score) / score.most
        if not 0 < share < 1:
            raise GraderError(f"the demonstration's answer to {exercise} earns {share:.0%}")
        return share
