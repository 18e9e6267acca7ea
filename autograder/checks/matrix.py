"""The proof of the checks: every exercise × its honest variants and named mistakes × outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.checks.catalogue import EXERCISES, hidden_sheet
from autograder.checks.mistakes import MISTAKES
from autograder.checks.variants import VARIANTS
from kdlab.checks.probe import observe
from kdlab.checks.sheet import CheckResult, Report, Sheet, judge


@dataclass(frozen=True)
class Row:
    """One way of writing an exercise, and what the checks made of it.

    Attributes
    ----------
    kind : {"variant", "mistake"}
        Whether it is right.
    defects : tuple of str
        What the checks did that they must not do.
    """

    exercise: str
    kind: str
    id: str
    report: Report
    defects: tuple[str, ...]


def rows(sheet: Sheet) -> Iterator[Row]:
    """The rows of an exercise."""
    for variant in VARIANTS.get(sheet.id, ()):
        report = _report(sheet, variant.subject)
        lost = [_what_failed(result) for result in _failed(report)]
        defects = tuple(f"an honest variant loses points: {what}" for what in lost)
        yield Row(sheet.id, "variant", variant.id, report, defects)
    for wrong in MISTAKES.get(sheet.id, ()):
        report = _report(sheet, wrong.subject)
        yield Row(sheet.id, "mistake", wrong.id, report, tuple(_defects(wrong.id, report)))


def all_rows() -> Iterator[Row]:
    """The rows of all exercises."""
    for id in EXERCISES:
        yield from rows(hidden_sheet(id))


def idle_checks(found: list[Row]) -> list[str]:
    """Checks with points that nothing in the tables fails, as ``"2-2 value"``."""
    failing = {(row.exercise, result.id) for row in found for result in _failed(row.report)}
    return [
        f"{exercise.id} {check.id}"
        for exercise in EXERCISES.values()
        for check in exercise.checks
        if check.points and (exercise.id, check.id) not in failing
    ]


def _report(sheet: Sheet, subject: object) -> Report:
    return judge(sheet, lambda case: observe(subject, case))


def _failed(report: Report) -> list[CheckResult]:
    return [result for result in report.results if result.finding and result.points]


def _what_failed(result: CheckResult) -> str:
    return f"{result.id} ({result.finding})"


def _defects(id: str, report: Report) -> Iterator[str]:
    if not _failed(report):
        yield "a mistake keeps full marks"
    if report.mistake is None:
        yield "a mistake is not named"
    names = {result.mistake.id for result in report.results if result.mistake}
    if names - {id}:
        yield f"a mistake is named as another one: {', '.join(sorted(names - {id}))}"
