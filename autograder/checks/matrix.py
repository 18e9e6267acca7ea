"""The proof of the checks: every exercise × its right ways and named mistakes × outcomes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.checks.exercise import Exercise
from autograder.checks.scores import score_of
from autograder.checks.sheets import hidden_sheet
from autograder.execution.submission import LOCAL_SEED
from labkit.judge.sheet import CheckResult, Report, Sheet, judge
from labkit.probe.observe import observe
from labkit.rules import Code, verdict_on


@dataclass(frozen=True)
class Verdict:
    """One way of writing an exercise, and what the checks made of it.

    Attributes
    ----------
    kind : {"right", "wrong", "twin"}
        A twin does in every case what another mistake does, and is named as that one.
    earned : float
        The weights, as a submission gets them.
    defects : tuple of str
        What the checks did that they must not do.
    """

    exercise: str
    kind: str
    id: str
    report: Report
    earned: float
    defects: tuple[str, ...]


def verdicts(exercise: Exercise, seed: int = LOCAL_SEED) -> Iterator[Verdict]:
    """What the checks make of every way of writing an exercise that it knows."""
    sheet = hidden_sheet(exercise, seed)
    for right in exercise.right:
        report = _report(sheet, right.subject)
        lost = [_what_failed(result) for result in _failed(report)]
        defects = tuple(f"a right way loses points: {what}" for what in lost)
        defects += tuple(_of_source(exercise, right.subject, allowed=True))
        earned = float(score_of(exercise, report))
        yield Verdict(sheet.id, "right", right.id, report, earned, defects)
    for wrong in exercise.wrong:
        report = _report(sheet, wrong.subject)
        earned = float(score_of(exercise, report))
        defects = tuple(_defects(wrong.id, report, exercise.weight - earned))
        if report.fault is not None and report.fault.kind == "forbidden":
            defects += tuple(_of_source(exercise, wrong.subject, allowed=False))
        yield Verdict(sheet.id, "wrong", wrong.id, report, earned, defects)
        for id, subject in wrong.twins.items():
            report = _report(sheet, subject)
            earned = float(score_of(exercise, report))
            defects = tuple(_defects(wrong.id, report, exercise.weight - earned))
            yield Verdict(sheet.id, "twin", id, report, earned, defects)


def defects_of(exercise: Exercise, found: list[Verdict]) -> Iterator[str]:
    """What the checks of an exercise do that they must not do, each with its place."""
    for verdict in found:
        yield from (f"{exercise.id} {verdict.id}: {defect}" for defect in verdict.defects)
    for id in idle_checks(exercise, found):
        yield f"{exercise.id} {id}: nothing in the tables fails this check"


def idle_checks(exercise: Exercise, found: list[Verdict]) -> list[str]:
    """Checks with a weight that nothing in the tables fails."""
    failing = {result.id for verdict in found for result in _failed(verdict.report)}
    return [each.id for each in exercise.checks if each.weight and each.id not in failing]


def _of_source(exercise: Exercise, subject: Any, allowed: bool) -> Iterator[str]:
    """What the rule says of the source in which a way is written, if it says the wrong thing."""
    name, module = getattr(subject, "__name__", ""), inspect.getmodule(subject)
    if module is None or getattr(module, name, None) is not subject:
        return  # made by a function: its source is not that of a student
    verdict = verdict_on(exercise.rule, name, Code((inspect.getsource(module),)))
    if allowed and (verdict.broken or verdict.doubts):
        yield f"the source of a right way is against the rule: {verdict}"
    if not allowed and exercise.rule and not verdict.broken:
        yield "the source of a forbidden way is not against the rule"


def _report(sheet: Sheet, subject: object) -> Report:
    return judge(sheet, lambda case: observe(subject, case))


def _failed(report: Report) -> list[CheckResult]:
    return [result for result in report.results if result.finding and result.weight]


def _what_failed(result: CheckResult) -> str:
    return f"{result.id} ({result.finding})"


def _defects(id: str, report: Report, lost: float) -> Iterator[str]:
    if not _failed(report) or not lost > 0:
        yield "a mistake keeps full marks"
    if report.mistake is None:
        yield "a mistake is not named"
    names = {result.mistake.id for result in report.results if result.mistake}
    if names - {id}:
        yield f"a mistake is named as another one: {', '.join(sorted(names - {id}))}"
