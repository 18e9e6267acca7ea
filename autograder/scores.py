# mypy: disallow-subclassing-any=False
"""From a graded cell's output to points in the gradebook.

nbgrader would take a missing, negative or strange output for full marks, and any error or word on
stderr for zero. Here a score is what `autograder.checks.grade` returned and nothing else; a cell
without a credible score is *ungraded*: no number is written, a person has to look.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveAutoGrades

from autograder.notebooks import grade_id, is_graded_code, nbgrader

SCORE_TYPE = "application/vnd.kdlab.score+json"

#: Errors in a graded cell that the student's code causes and `grade` cannot catch: a time-out.
_TIMED_OUT = ("CellTimeoutError", "KeyboardInterrupt")
#: Errors in graded cells of an instructor's own: the submission's function gave no data, or an
#: `assert` about it failed.
_STUDENTS = ("StudentCodeError", "AssertionError")
_TIME_OUT = {
    "ko": "제한 시간 안에 끝나지 않았습니다. 끝나지 않는 반복이 있는지 확인하세요.",
    "en": "It did not finish within the time limit. Is there a loop that never ends?",
}


@dataclass(frozen=True)
class Check:
    """One check of an exercise.

    Attributes
    ----------
    title, message : dict
        By language, ``"ko"`` and ``"en"``.
    outcome : str
        ``"correct"``, ``"incorrect"``, ``"note"``, or what stood in the way (``"raised"``,
        ``"not_attempted"``, ``"time"``…).
    mistake : str
        Id of the known mistake that explains it, or empty.
    value, needed : float or None
        What was measured, and the bar, where a check measures.
    """

    id: str
    title: dict[str, str]
    points: float
    max_points: float
    outcome: str
    message: dict[str, str]
    mistake: str = ""
    value: float | None = None
    needed: float | None = None


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
    checks: tuple[Check, ...] = ()
    message: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def read_result(cell: NotebookNode) -> Result:
    """The result of an executed graded cell; a cell without a credible score is ungraded."""
    name, most = grade_id(cell) or "?", float(nbgrader(cell)["points"])
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if any(error.ename in _TIMED_OUT for error in errors):
        return Result(name, 0.0, most, message=_TIME_OUT)
    if any(error.ename in _STUDENTS for error in errors):
        told = str(errors[0].evalue)
        return Result(name, 0.0, most, message={"ko": told, "en": told})
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
        return _parse(name, most, scores[0])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return Result(name, None, most, fault=f"malformed score ({error!r})")


def _parse(name: str, most: float, score: dict[str, Any]) -> Result:
    points = _number(score["points"])
    if _number(score["max_points"]) != most:
        raise ValueError(f"checks give up to {score['max_points']} points, the cell says {most:g}")
    if not 0 <= points <= most:
        raise ValueError(f"{points} points are not between 0 and {most:g}")
    return Result(name, points, most, tuple(_checks(score["checks"])))


def _checks(found: list[dict[str, Any]]) -> Iterator[Check]:
    for check in found:
        yield Check(
            id=str(check["id"]),
            title={"ko": str(check["title_ko"]), "en": str(check["title_en"])},
            points=_number(check["points"]),
            max_points=_number(check["max_points"]),
            outcome=str(check["outcome"]),
            message={"ko": str(check["message_ko"]), "en": str(check["message_en"])},
            mistake=str(check.get("mistake", "")),
            value=_measured(check.get("value")),
            needed=_measured(check.get("needed")),
        )


def _measured(value: Any) -> float | None:
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number of points")
    return float(value)


class SaveScores(SaveAutoGrades):
    """``SaveAutoGrades`` that takes scores from `read_result`."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if not is_graded_code(cell):
            super()._add_score(cell, resources)
            return
        result = read_result(cell)
        grade = self.gradebook.find_grade(
            result.name, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = result.points
        grade.needs_manual_grade = result.points is None or grade.manual_score is not None
        self.gradebook.db.commit()
        if result.fault:
            ungraded = resources.setdefault("kdlab", {}).setdefault("ungraded", [])
            ungraded.append(f"{result.name}: {result.fault}")


def forget_scores(db_url: str, assignment: str, student: str, notebook: str = "*") -> None:
    """Take back what an earlier run computed, so that nothing stale outlives a run that fails.

    A person's marks stay. Until new scores are written, every cell asks for a person.
    """
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return
        for submitted in submission.notebooks:
            if notebook in ("*", submitted.name):
                for grade in submitted.grades:
                    grade.auto_score = None
                    grade.needs_manual_grade = True
        gradebook.db.commit()
