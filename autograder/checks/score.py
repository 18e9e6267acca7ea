"""A score that nbgrader reads as a number and people read as a list of checks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from kdlab.checks.explain import explain, fault_text
from kdlab.checks.messages import OUTCOMES, Text
from kdlab.checks.sheet import CheckResult, Report

SCORE_TYPE = "application/vnd.kdlab.score+json"
_NOTHING = Text("", "")


@dataclass(frozen=True)
class Scored:
    """What a check gave.

    Attributes
    ----------
    mistake : str
        Id of the known mistake that explains it, if one does.
    value, needed : float or None
        What was measured, and the bar, where a check measures.
    """

    id: str
    title: Text
    points: float
    max_points: float
    outcome: str
    message: Text = _NOTHING
    mistake: str = ""
    value: float | None = None
    needed: float | None = None


class Score(float):
    """Points of an exercise; ``repr`` is the plain number, which nbgrader takes for the score.

    Attributes
    ----------
    exercise : str
        Its number.
    checks : tuple of Scored
        What each check gave, and why.
    """

    exercise: str
    checks: tuple[Scored, ...]

    def __new__(cls, exercise: str, checks: tuple[Scored, ...]) -> Score:
        score = super().__new__(cls, round(sum(check.points for check in checks), 6))
        score.exercise, score.checks = exercise, checks
        return score

    @property
    def max_points(self) -> float:
        """Points that there were to earn."""
        return round(sum(check.max_points for check in self.checks), 6)

    def as_json(self) -> dict[str, Any]:
        """The score as data."""
        return {
            "exercise": self.exercise,
            "points": float(self),
            "max_points": self.max_points,
            "checks": [
                {
                    "id": check.id,
                    "points": check.points,
                    "max_points": check.max_points,
                    "outcome": check.outcome,
                    "title_ko": check.title.ko,
                    "title_en": check.title.en,
                    "message_ko": check.message.ko,
                    "message_en": check.message.en,
                    "mistake": check.mistake,
                    "value": check.value,
                    "needed": check.needed,
                }
                for check in self.checks
            ],
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(c.title.ko)}<br>{escape(c.title.en)}</td>"
            f"<td>{c.points:g} / {c.max_points:g}</td>"
            f"<td>{escape(c.message.ko)}<br>{escape(c.message.en)}</td></tr>"
            for c in self.checks
        )
        return f"<b>{self.exercise}: {float(self):g} / {self.max_points:g}</b><table>{rows}</table>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {SCORE_TYPE: self.as_json()}


def score_of(report: Report) -> Score:
    """The score of a report by `kdlab.checks.sheet.judge`."""
    graded = [result for result in report.results if result.points]
    return Score(report.exercise, tuple(_scored(report, r) for r in [*graded, *report.notes]))


def _scored(report: Report, result: CheckResult) -> Scored:
    earned, outcome, message = result.earned, "correct", _NOTHING
    if not result.points:
        outcome = "note"
    elif result.finding:
        outcome = report.outcome
        message = _join(explain(result, numbers=False))
        if report.fault and report.outcome in ("missing", "not_attempted"):
            message = fault_text(report.fault)
        elif outcome == "incorrect" and not message.ko:
            message = OUTCOMES["incorrect"]
    mistake = result.mistake.id if result.mistake else ""
    return Scored(result.id, result.title, earned, result.points, outcome, message, mistake)


def _join(texts: list[Text]) -> Text:
    return Text("\n".join(text.ko for text in texts), "\n".join(text.en for text in texts))
