"""The self-check under each exercise, and what else helps where one is stuck.

    checks = SelfChecks("library", "lab2")
    checks.check("2-2")     # tries the function of exercise 2-2 as it is defined now
    checks.hint("2-2")      # one more hint each time
    checks.example("2-2")   # the inputs that tell most, as tensors, with what is expected
    checks.progress()       # all exercises of the notebook, with the points so far

It shows and never raises. What it compares with are numbers in a file of the course's library.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.example import Example, example_of
from labkit.judge import messages
from labkit.judge.case import Case, Observation
from labkit.judge.messages import Text
from labkit.judge.sheet import Report, Sheet, judge
from labkit.probe.observe import observe
from labkit.progress import Row, progress_page, progress_text, row_of
from labkit.public import public_labs, public_sheets
from labkit.rules import Code, Verdict, verdict_on
from labkit.show.account import NextHint, account_of, telling_place
from labkit.show.page import page_of
from labkit.show.plain import marked, text_of
from labkit.show.screen import show

Names = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Tried:
    """An exercise as it is defined now: the report, and what was seen, trial by trial."""

    report: Report
    seen: tuple[Observation, ...]


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

    def check(self, exercise: str, namespace: Names | None = None) -> None:
        """Try the function or class of an exercise on public inputs and show what came out.

        Parameters
        ----------
        exercise : str
            Its number, such as ``"2-2"``.
        namespace : dict, optional
            Where to look its name up; the notebook's own names by default.
        """
        try:
            sheet = self._find(exercise)
            if sheet is not None:
                tried = try_out(sheet, _names(namespace))
                hint, example = self._next_hint(sheet), self._call("example", sheet)
                account = account_of(sheet, tried.report, tried.seen, hint, example)
                show(text_of(account), page_of(account))
        except Exception as error:  # a self-check that raises would stop "Run all"
            _print_own_fault(error)

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

    def example(self, exercise: str, namespace: Names | None = None) -> Example | None:
        """Public inputs of an exercise as tensors, with what is expected of them.

        Parameters
        ----------
        exercise : str
            Its number, such as ``"2-2"``.
        namespace : dict, optional
            As in `check`.

        Returns
        -------
        Example or None
            The inputs that the self-check shows, those where the answer is wrong; the first ones if
            it is right or not written. None if there is no such exercise.
        """
        try:
            sheet = self._find(exercise)
            if sheet is None:
                return None
            place = telling_place(sheet, try_out(sheet, _names(namespace)).seen)
            return example_of(sheet.trials[place[0] if place else 0])
        except Exception as error:  # as above
            _print_own_fault(error)
            return None

    def progress(self, namespace: Names | None = None) -> None:
        """Show all exercises of the notebook: correct, attempted or untouched, and the points.

        Parameters
        ----------
        namespace : dict, optional
            As in `check`.
        """
        try:
            names, rows = _names(namespace), list[Row]()
            for lab in public_labs(self.package, self.lab):
                for item in lab.items:
                    sheet = lab.sheets.get(item.id)
                    report = try_out(sheet, names).report if sheet else None
                    rows.append(row_of(item, sheet, report))
            show(progress_text(rows), progress_page(rows))
        except Exception as error:  # as above
            _print_own_fault(error)

    def _next_hint(self, sheet: Sheet) -> NextHint | None:
        """The hint that comes next, as long as there is one that was not given."""
        given, call = self._given.get(sheet.id, 0), self._call("hint", sheet)
        if given >= len(sheet.hints) or not call:
            return None
        return NextHint(call, given + 1, len(sheet.hints), sheet.hints[given])

    def _call(self, name: str, sheet: Sheet) -> str:
        """How a student calls one of these methods; empty if the library does not have it."""
        there = hasattr(sys.modules.get(self.package), name)
        return f'{self.package}.{name}("{sheet.id}")' if there else ""

    def _find(self, exercise: str) -> Sheet | None:
        """The sheet of an exercise; without one, that is said."""
        sheets = public_sheets(self.package, self.lab)
        if exercise not in sheets:
            valid = ", ".join(sheets) or "-"
            _print("!", messages.NO_SELF_CHECK.fill(id=exercise, valid=valid))
        return sheets.get(exercise)


def try_out(sheet: Sheet, names: Names) -> Tried:
    """What became of an exercise, as a notebook's names define it."""
    subject = names.get(sheet.name)
    verdict = verdict_on(sheet.rule, sheet.name, _code_of(names)) if subject else Verdict()
    look, seen = verdict.applied(lambda case: observe(subject, case)), list[Observation]()

    def remembered(case: Case) -> Observation:
        seen.append(look(case))
        return seen[-1]

    return Tried(judge(sheet, remembered), tuple(seen))


def _names(namespace: Names | None) -> Names:
    return vars(sys.modules["__main__"]) if namespace is None else namespace


def _code_of(names: Names) -> Code | None:
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


def _print(mark: str, text: Text) -> None:
    """Print a message to stdout, one line a language."""
    print("\n".join(marked(mark, text)))


def _print_own_fault(error: Exception) -> None:
    _print("!", messages.OWN_FAULT.fill(error=f"{type(error).__name__}: {error}"))
