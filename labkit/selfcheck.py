"""The self-check under each exercise.

    checks = SelfChecks("library", "lab2")
    checks.check("2-2")     # tries the function of exercise 2-2 as it is defined now
    checks.hint("2-2")      # one more hint each time

It prints and never raises. What it compares with are numbers in a file of the course's library.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from labkit.judge import messages
from labkit.judge.case import Observation, decode
from labkit.judge.compare import Target, digest
from labkit.judge.explain import describe_case, explain, fault_text
from labkit.judge.messages import Text
from labkit.judge.sheet import CheckSheet, Mistake, Report, Sheet, Trial, judge
from labkit.probe.observe import observe
from labkit.rules import Code, Rule, Verdict, verdict_on

MARKS = {"correct": "✓", "not_attempted": "○", "missing": "○"}


class SelfChecks:
    """The self-checks that a course's library has for its notebooks.

    Parameters
    ----------
    package : str
        The library: its folder ``public`` holds a file for each lab, ``<lab>.json``.
    lab : str, optional
        The notebook's lab; None: all that there are.
    """

    def __init__(self, package: str, lab: str | None = None) -> None:
        self._given: dict[str, int] = {}
        self.open(package, lab)

    def open(self, package: str, lab: str | None) -> None:
        """Go over to another library or lab."""
        self.package, self.lab = package, lab

    def check(self, exercise: str, namespace: Mapping[str, Any] | None = None) -> None:
        """Try the function or class of an exercise on public inputs and print what came out.

        Parameters
        ----------
        exercise : str
            Its number, such as ``"2-2"``.
        namespace : dict, optional
            Where to look its name up; the notebook's own names by default.
        """
        try:
            sheet = self._find(exercise)
            if sheet is None:
                return
            names = vars(sys.modules["__main__"]) if namespace is None else namespace
            subject = names.get(sheet.name)
            verdict = verdict_on(sheet.rule, sheet.name, _code_of(names)) if subject else Verdict()
            seen = verdict.applied(lambda case: observe(subject, case))
            report = judge(sheet, seen)
            _print_report(sheet, report)
            if report.outcome != "correct":
                self._point_to_hints(sheet)
        except Exception as error:  # a self-check that raises would stop "Run all"
            _print("!", messages.OWN_FAULT.fill(error=f"{type(error).__name__}: {error}"))

    def hint(self, exercise: str) -> None:
        """Print the next hint for an exercise; each call gives one more, from vague to plain."""
        sheet = self._find(exercise)
        if sheet is None:
            return
        given = self._given.get(exercise, 0)
        for number, text in enumerate(sheet.hints[: given + 1], start=1):
            _print(f"💡 {number}/{len(sheet.hints)}", text)
        if given >= len(sheet.hints):
            _print("💡", messages.NO_HINT)
        self._given[exercise] = given + 1

    def _point_to_hints(self, sheet: Sheet) -> None:
        """Say how to get a hint, as long as there is one that was not given."""
        has_more = self._given.get(sheet.id, 0) < len(sheet.hints)
        if has_more and hasattr(sys.modules.get(self.package), "hint"):
            print(f'   💡 {self.package}.hint("{sheet.id}")')

    def _find(self, exercise: str) -> Sheet | None:
        """The sheet of an exercise; without one, that is said."""
        sheets = public_sheets(self.package, self.lab)
        if exercise not in sheets:
            valid = ", ".join(sheets) or "-"
            _print("!", messages.NO_SELF_CHECK.fill(id=exercise, valid=valid))
        return sheets.get(exercise)


@cache
def public_sheets(package: str, lab: str | None = None) -> dict[str, Sheet]:
    """The exercises by number, as the files in a library's folder ``public`` have them.

    Parameters
    ----------
    package : str
        The library.
    lab : str, optional
        Of this lab alone; none if there is no file for it.
    """
    folder = files(package).joinpath("public")
    there = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
    found: dict[str, Sheet] = {}
    for file in there:
        if file.name == f"{lab}.json" or (lab is None and file.name.endswith(".json")):
            plain = json.loads(file.read_text(encoding="utf-8"))
            found |= {id: _sheet(id, fields) for id, fields in plain["exercises"].items()}
    return found


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
            check["id"], Text(*check["title"]), check["weight"],
            tuple((trial, entry) for trial, entry in check["looks_at"]),
        )
        for check in fields["checks"]
    )
    mistakes = [_mistake(mistake, trials) for mistake in fields["mistakes"]]
    hints = tuple(Text(*text) for text in fields["hints"])
    title = Text(*fields["title"])
    text, forbids = fields.get("rule", (None, ()))
    rule = Rule(Text(*text), tuple(forbids)) if text else None
    return Sheet(id, fields["name"], title, trials, checks, lambda: mistakes, hints, rule)


def _code_of(names: Mapping[str, Any]) -> Code | None:
    """The source of a notebook, as far as its cells were executed, and of the files beside it."""
    cells = names.get("In")
    if not isinstance(cells, list):
        return None  # no notebook
    files = {
        str(path): path.read_text("utf-8", "replace")
        for path in Path().glob("*.py")
        if path.stat().st_size < 2**20
    }
    return Code(tuple(map(str, cells)), files)


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
    """Each check's mark; what was expected and what came where it says the most.

    Other values are wrong by the same cause, mostly: of them the first is shown. What is said in
    words is said once.
    """
    told: set[object] = set()
    for result in report.results:
        if not result.weight:
            continue
        unbacked = result.finding is not None and result.finding.difference.kind == "unbacked"
        mark = "○" if unbacked else "✗" if result.finding else "✓"
        print(f"   {mark}", " / ".join(result.title.lines()))
        if result.finding is None or unbacked or (told and report.mistake):
            continue
        words = explain(result, numbers=True)
        kind = result.finding.difference.kind
        about = kind if kind == "value" else tuple(words)
        if about in told:
            continue
        told.add(about)
        for text in words[:1] if report.mistake else words:
            _print("      ", text)
        case = sheet.trials[result.finding.trial].case
        _print("      ", messages.INPUTS.fill(inputs=describe_case(case)))


def _print(mark: str, text: Text) -> None:
    """Print a message to stdout, one line a language."""
    for line in text.lines():
        print(mark, line)
