"""The self-check under each exercise.

    kdlab.check("2-2")      # tries the function of exercise 2-2 as it is defined now
    kdlab.hint("2-2")       # one more hint each time

It prints and never raises. What it compares with are the numbers in ``public.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kdlab.checks import messages
from kdlab.checks.case import Observation, decode
from kdlab.checks.compare import Target, digest
from kdlab.checks.explain import describe_case, explain, fault_text
from kdlab.checks.messages import Text
from kdlab.checks.probe import observe
from kdlab.checks.sheet import CheckSheet, Mistake, Report, Sheet, Trial, judge

MARKS = {"correct": "✓", "not_attempted": "○", "missing": "○"}


def check(exercise: str, namespace: Mapping[str, Any] | None = None) -> None:
    """Try the function or class of an exercise on public inputs and print what came out.

    Parameters
    ----------
    exercise : str
        Its number, such as ``"2-2"``.
    namespace : dict, optional
        Where to look its name up; the notebook's own names by default.
    """
    try:
        sheets = public_sheets()
        if exercise not in sheets:
            valid = ", ".join(sheets)
            _print("!", messages.NO_EXERCISE.fill(id=exercise, valid=valid))
            return
        names = vars(sys.modules["__main__"]) if namespace is None else namespace
        sheet = sheets[exercise]
        subject = names.get(sheet.name)
        _print_report(sheet, judge(sheet, lambda case: observe(subject, case)))
    except Exception as error:  # a self-check that raises would stop "Run all"
        _print("!", messages.OWN_FAULT.fill(error=f"{type(error).__name__}: {error}"))


_hints_given: dict[str, int] = {}


def hint(exercise: str) -> None:
    """Print the next hint for an exercise; each call gives one more, from vague to plain."""
    sheets = public_sheets()
    if exercise not in sheets:
        _print("!", messages.NO_EXERCISE.fill(id=exercise, valid=", ".join(sheets)))
        return
    hints = sheets[exercise].hints
    given = _hints_given.get(exercise, 0)
    for number, text in enumerate(hints[: given + 1], start=1):
        _print(f"💡 {number}/{len(hints)}", text)
    if given >= len(hints):
        _print("💡", messages.NO_HINT)
    _hints_given[exercise] = given + 1


@cache
def public_sheets() -> dict[str, Sheet]:
    """The exercises by number, as ``public.json`` has them."""
    plain = json.loads(files("kdlab.checks").joinpath("public.json").read_text(encoding="utf-8"))
    return {id: _sheet(id, fields) for id, fields in plain["exercises"].items()}


def _sheet(id: str, fields: dict[str, Any]) -> Sheet:
    trials = tuple(
        Trial(
            decode(trial["case"]),
            {
                name: Target(decode(target["value"]), np.asarray(target.get("tolerance", 0.0)))
                for name, target in trial["expected"].items()
            },
        )
        for trial in fields["trials"]
    )
    checks = tuple(
        CheckSheet(
            check["id"], Text(*check["title"]), check["points"],
            tuple((trial, entry) for trial, entry in check["looks_at"]),
        )
        for check in fields["checks"]
    )
    mistakes = [_mistake(mistake, trials) for mistake in fields["mistakes"]]
    hints = tuple(Text(*text) for text in fields["hints"])
    title = Text(*fields["title"])
    return Sheet(id, fields["name"], title, trials, checks, lambda: mistakes, hints)


def _mistake(fields: dict[str, Any], trials: tuple[Trial, ...]) -> Mistake:
    """A mistake; what the file leaves out is as expected."""
    observations = []
    for trial, plain in zip(trials, fields["observations"], strict=True):
        seen: Observation = decode({"Observation": plain})
        usual = {name: digest(target.value) for name, target in trial.expected.items()}
        kept = usual if seen.fault is None else {}
        observations.append(Observation(kept | seen.entries, seen.fault))
    return Mistake(fields["id"], Text(*fields["message"]), observations)


def _print_report(sheet: Sheet, report: Report) -> None:
    """The outcome; then the likely cause, and each check with its first difference."""
    outcome = messages.OUTCOMES[report.outcome].fill(name=sheet.name)
    _print(f"{MARKS.get(report.outcome, '✗')} {sheet.id}", outcome)
    if report.outcome in ("missing", "not_attempted"):
        return
    if report.outcome == "raised" and report.fault:
        _print("  ", fault_text(report.fault))
        if report.fault.details.get("line", -1) > 0:
            _print("  ", messages.WHERE.fill(**report.fault.details))
        return
    if report.mistake:
        _print("  ", messages.LIKELY + report.mistake.message)
    if report.outcome != "correct":
        _print_checks(sheet, report)
    for note in report.notes:
        _print("   ·", note.title)


def _print_checks(sheet: Sheet, report: Report) -> None:
    """Each check's mark; what was expected and what came, once if one mistake explains it all."""
    told = False
    for result in report.results:
        if not result.points:
            continue
        unbacked = result.finding is not None and result.finding.difference.kind == "unbacked"
        mark = "○" if unbacked else "✗" if result.finding else "✓"
        print(f"   {mark}", " / ".join(result.title.lines()))
        if result.finding is None or unbacked or (told and report.mistake):
            continue
        told = True
        words = explain(result, numbers=True)
        for text in words[:1] if report.mistake else words:
            _print("      ", text)
        case = sheet.trials[result.finding.trial].case
        _print("      ", messages.INPUTS.fill(inputs=describe_case(case)))


def _print(mark: str, text: Text) -> None:
    """Print a message to stdout, one line a language."""
    for line in text.lines():
        print(mark, line)
