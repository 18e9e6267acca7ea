"""Scores: what `grade` returns for an exercise, and what is read off a graded cell's output.

A score holds the share that each check earned, and no points: those are the notebook's to say, in
the metadata of the graded cell. nbgrader would take a missing or strange output for full marks, and
any error or word on stderr for zero. Here a cell without a credible score is *ungraded*: no number
is written, a person has to look.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from nbformat import NotebookNode

from autograder.notebooks import grade_id, nbgrader
from labkit.judge.messages import LIKELY, Text

SCORE_TYPE = "application/vnd.kdlab.score+json"
NOTHING = Text("", "")

#: Errors that a student's code causes in a graded cell, and that `grade` cannot catch.
_TIMED_OUT = ("CellTimeoutError", "KeyboardInterrupt")
#: The same in graded cells of an instructor's own: no data, or a failed `assert`.
_STUDENTS = ("StudentCodeError", "AssertionError")
_TIME_OUT = Text(
    "제한 시간 안에 끝나지 않았습니다. 끝나지 않는 반복이 있는지 확인하세요.",
    "It did not finish within the time limit. Is there a loop that never ends?",
)


@dataclass(frozen=True)
class CheckScore:
    """What one check of an exercise gave.

    Attributes
    ----------
    weight : float
        Its part of the exercise's points; 0 for a note to the student.
    share : float
        How much of that was earned, 0 to 1.
    outcome : str
        ``"correct"``, ``"incorrect"``, ``"note"``, or what stood in the way, as ``"raised"``.
    mistake : str
        Id of the known mistake that explains it, or empty.
    value, needed : float or None
        What was measured, and the bar, where a check measures.
    unit : float
        Points for a weight of 1: where the exercise has so many points as weights, 1.
    cause : Text
        What the known mistake is; the `message` says what was seen.
    """

    id: str
    title: Text
    weight: float
    share: float
    outcome: str
    message: Text = NOTHING
    mistake: str = ""
    value: float | None = None
    needed: float | None = None
    unit: float = 1.0
    cause: Text = NOTHING

    @property
    def told(self) -> Text:
        """The message, and below it the likely cause."""
        if not any(self.cause):
            return self.message
        pairs = zip(self.message, LIKELY + self.cause, strict=True)
        return Text(*("\n".join(filter(None, pair)) for pair in pairs))

    @property
    def points(self) -> float:
        """Points that it earned."""
        return round(self.weight * self.share * self.unit, 6)

    @property
    def max_points(self) -> float:
        """Points that there were to earn."""
        return round(self.weight * self.unit, 6)

    @property
    def is_full(self) -> bool:
        """Whether all was earned."""
        return self.share >= 1


class Score(float):
    """What `grade` returns: as a number the weights earned; ``look_at`` is for a person."""

    exercise: str
    checks: tuple[CheckScore, ...]
    look_at: tuple[str, ...]

    def __new__(
        cls, exercise: str, checks: Sequence[CheckScore], look_at: Sequence[str] = ()
    ) -> Score:
        score = super().__new__(cls, round(sum(check.points for check in checks), 6))
        score.exercise, score.checks, score.look_at = exercise, tuple(checks), tuple(look_at)
        return score

    @property
    def most(self) -> float:
        """The sum of the weights."""
        return round(sum(check.weight for check in self.checks), 6)

    def as_json(self) -> dict[str, Any]:
        """The score as data; `read_result` reads it."""
        return {
            "exercise": self.exercise,
            "look_at": list(self.look_at),
            "checks": [
                {
                    "id": check.id,
                    "title": list(check.title),
                    "weight": check.weight,
                    "share": check.share,
                    "outcome": check.outcome,
                    "message": list(check.message),
                    "mistake": check.mistake,
                    "cause": list(check.cause),
                    "value": check.value,
                    "needed": check.needed,
                }
                for check in self.checks
            ],
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{'<br>'.join(map(escape, c.title))}</td><td>{c.points:g} / {c.max_points:g}"
            f"</td><td>{'<br>'.join(map(escape, c.told))}</td></tr>"
            for c in self.checks
        )
        return f"<b>{self.exercise}: {float(self):g} / {self.most:g}</b><table>{rows}</table>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {SCORE_TYPE: self.as_json()}


@dataclass(frozen=True)
class Result:
    """What a graded cell came to.

    Attributes
    ----------
    name : str
        The cell's grade id.
    points : float or None
        None where the cell is ungraded; `fault` then says why, for the instructor.
    """

    name: str
    points: float | None
    max_points: float
    checks: tuple[CheckScore, ...] = ()
    message: Text = NOTHING
    fault: str = ""
    look_at: tuple[str, ...] = ()

    def worth(self, most: float) -> Result:
        """The same for an exercise of so many points: results are kept without."""
        whole = sum(check.weight for check in self.checks)
        if self.points is None or not whole:
            return replace(self, max_points=most)
        checks = tuple(replace(check, unit=most / whole) for check in self.checks)
        points = round(most * sum(check.weight * check.share for check in checks) / whole, 6)
        return replace(self, points=points, max_points=most, checks=checks)


def read_result(cell: NotebookNode) -> Result:
    """The result of an executed graded cell; a cell without a credible score is ungraded."""
    name, most = grade_id(cell) or "?", float(nbgrader(cell).get("points", 0))
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if any(error.ename in _TIMED_OUT for error in errors):
        return Result(name, 0.0, most, message=_TIME_OUT)
    if any(error.ename in _STUDENTS for error in errors):
        told = str(errors[0].evalue)
        return Result(name, 0.0, most, message=Text(told, told))
    if errors:
        return Result(name, None, most, fault=f"{errors[0].ename}: {errors[0].evalue}")
    scores = [
        output.data[SCORE_TYPE]
        for output in cell.outputs
        if output.output_type == "execute_result" and SCORE_TYPE in output.data
    ]
    if len(scores) != 1:
        return Result(name, None, most, fault=f"{len(scores)} scores in its output, expected one")
    try:
        checks = tuple(_checks(scores[0]["checks"]))
        if not sum(check.weight for check in checks) > 0:
            raise ValueError("its checks have no weight")
        look_at = tuple(map(str, scores[0].get("look_at", ())))
        return Result(name, 0.0, most, checks, look_at=look_at).worth(most)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return Result(name, None, most, fault=f"malformed score ({error!r})")


def _checks(found: list[dict[str, Any]]) -> Iterator[CheckScore]:
    for check in found:
        yield CheckScore(
            id=str(check["id"]),
            title=_text(check["title"]),
            weight=_number(check["weight"], math.inf),
            share=_number(check["share"], 1.0),
            outcome=str(check["outcome"]),
            message=_text(check["message"]),
            mistake=str(check.get("mistake", "")),
            value=_measured(check.get("value")),
            needed=_measured(check.get("needed")),
            cause=_text(check.get("cause", NOTHING)),
        )


def _text(pair: Any) -> Text:
    ko, en = pair
    return Text(str(ko), str(en))


def _measured(value: Any) -> float | None:
    return None if value is None else _number(value, math.inf, -math.inf)


def _number(value: Any, most: float, least: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    if not least <= value <= most:
        raise ValueError(f"{value!r} is not between {least:g} and {most:g}")
    return float(value)
