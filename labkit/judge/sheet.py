"""What is known about an exercise, and the judgement of what was seen against it.

A `Sheet` holds cases with their expected entries, the checks that share the points among them,
and what each known mistake does in these cases. The student's machine reads sheets with public
cases from a file; the grader makes sheets with hidden cases. Both judge by the same `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labkit.judge.case import Case, Fault, Observation
from labkit.judge.compare import Difference, Target, digest, entry_difference, same
from labkit.judge.messages import Text
from labkit.rules.rule import Rule


@dataclass(frozen=True, eq=False)
class Trial:
    """A case and the entries that are expected there."""

    case: Case
    expected: dict[str, Target]


@dataclass(frozen=True)
class CheckSheet:
    """A check: which entries of which trials it looks at, and what it weighs.

    Attributes
    ----------
    weight : float
        Its part of the points; 0 for a note that the student gets without losing anything.
    looks_at : tuple of (int, str)
        Number of the trial and name of the entry.
    """

    id: str
    title: Text
    weight: float
    looks_at: tuple[tuple[int, str], ...]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A known mistake: what to tell, and what is seen when somebody makes it, trial by trial.

    The entries of its observations are digests, see `labkit.judge.compare.digest`.
    """

    id: str
    message: Text
    observations: Sequence[Observation]


@dataclass(frozen=True)
class Finding:
    """Where a check first saw something else than expected."""

    trial: int
    entry: str
    difference: Difference


@dataclass(frozen=True)
class CheckResult:
    """What became of a check."""

    id: str
    title: Text
    weight: float
    finding: Finding | None = None
    mistake: Mistake | None = None

    @property
    def earned(self) -> float:
        """Its weight, or nothing: all or none."""
        return 0.0 if self.finding else self.weight


@dataclass(frozen=True)
class Report:
    """What became of an exercise.

    Attributes
    ----------
    outcome : {"correct", "incorrect", "not_attempted", "missing", "raised"}
        In one word.
    fault : Fault or None
        What stood in the way of everything.
    mistake : Mistake or None
        The known mistake that does exactly what the submission does.
    """

    exercise: str
    outcome: str
    results: tuple[CheckResult, ...]
    fault: Fault | None = None
    mistake: Mistake | None = None

    @property
    def earned(self) -> float:
        """The weights that were earned."""
        return sum(result.earned for result in self.results)

    @property
    def notes(self) -> list[CheckResult]:
        """Checks without points that found something not finite: worth telling."""
        return [
            result
            for result in self.results
            if not result.weight
            and result.finding
            and result.finding.difference.kind == "not_finite"
        ]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is known about an exercise.

    Attributes
    ----------
    name : str
        The function or class that the student writes.
    known : callable
        Gives the known mistakes; called only for a submission that loses points.
    rule : Rule or None
        What its source must not use.
    """

    id: str
    name: str
    title: Text
    trials: tuple[Trial, ...]
    checks: tuple[CheckSheet, ...]
    known: Callable[[], Sequence[Mistake]]
    hints: tuple[Text, ...] = field(default=())
    rule: Rule | None = None

    @cached_property
    def mistakes(self) -> Sequence[Mistake]:
        """The known mistakes."""
        return self.known()


def judge(sheet: Sheet, observe: Callable[[Case], Observation]) -> Report:
    """The report on a submission.

    Parameters
    ----------
    sheet : Sheet
        What is known about the exercise.
    observe : callable
        Tries a case beside the submission: in this process or in another one.
    """
    seen = [observe(trial.case) for trial in sheet.trials]
    fault = _common_fault(seen)
    if fault and fault.kind in ("missing", "not_attempted"):
        results = tuple(
            CheckResult(c.id, c.title, c.weight, Finding(0, "", Difference(fault.kind)))
            for c in sheet.checks
        )
        return Report(sheet.id, fault.kind, results, fault)
    findings = {check.id: first_finding(sheet, check, seen) for check in sheet.checks}
    graded = [check for check in sheet.checks if check.weight]
    if all(findings[check.id] or is_formal(sheet, check) for check in graded):
        # Not a single right number: a function that returns anything at all has the right form.
        unbacked = Finding(0, "", Difference("unbacked"))
        findings |= {check.id: findings[check.id] or unbacked for check in graded}
    losing = [check for check in graded if findings[check.id]]
    mistake = diagnose(sheet, seen, graded) if losing else None
    results = tuple(
        CheckResult(
            check.id,
            check.title,
            check.weight,
            findings[check.id],
            (mistake or diagnose(sheet, seen, [check])) if check in losing else None,
        )
        for check in sheet.checks
    )
    outcome = "incorrect" if losing else "correct"
    if fault and fault.kind == "raised":
        outcome = "raised"
    return Report(sheet.id, outcome, results, fault, mistake)


FORMAL = ("shape", "form", "inputs", "mode", "passes")


def is_formal(sheet: Sheet, check: CheckSheet) -> bool:
    """Whether a check looks at the form alone, or at zeros: nothing that has to be computed."""
    return all(
        entry.partition(":")[0] in FORMAL or not sheet.trials[trial].expected[entry].value.any()
        for trial, entry in check.looks_at
    )


def first_finding(sheet: Sheet, check: CheckSheet, seen: Sequence[Observation]) -> Finding | None:
    """The first entry that a check looks at and that differs from what is expected."""
    for trial, entry in check.looks_at:
        expected = sheet.trials[trial].expected[entry]
        found = entry_difference(entry, seen[trial].entry(entry), expected)
        if found:
            return Finding(trial, entry, found)
    return None


def diagnose(
    sheet: Sheet, seen: Sequence[Observation], checks: Sequence[CheckSheet]
) -> Mistake | None:
    """The one known mistake that does, in all that the checks look at, what the submission does."""
    places = [place for check in checks for place in check.looks_at]
    # Where something is wrong, fewest mistakes do the same: most are ruled out there.
    places.sort(key=lambda place: _is_right(sheet, seen, *place))
    fits = [m for m in sheet.mistakes if all(_agreements(sheet, seen, m.observations, places))]
    return fits[0] if len(fits) == 1 else None


def _is_right(sheet: Sheet, seen: Sequence[Observation], trial: int, entry: str) -> bool:
    expected = sheet.trials[trial].expected[entry]
    return entry_difference(entry, seen[trial].entry(entry), expected) is None


def _agreements(
    sheet: Sheet,
    seen: Sequence[Observation],
    others: Sequence[Observation],
    places: Sequence[tuple[int, str]],
) -> Iterator[bool]:
    for trial, entry in places:
        target = sheet.trials[trial].expected[entry]
        yield same(digest(seen[trial].entry(entry)), others[trial].entry(entry), target)


def _common_fault(seen: Sequence[Observation]) -> Fault | None:
    """The fault that stood in the way of every trial, if it was of one kind."""
    faults = [observation.fault for observation in seen]
    if faults and all(fault and fault.kind == faults[0].kind for fault in faults if faults[0]):
        return faults[0]
    return None
