"""What a self-check has to say, put together once for every form in which it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from labkit.judge import messages
from labkit.judge.case import Array, Case, Fault, Observation
from labkit.judge.compare import entry_difference
from labkit.judge.explain import SMALL, describe_case, entry_text, explain, fault_text
from labkit.judge.messages import Text
from labkit.judge.sheet import CheckResult, Report, Sheet

CORRECT, WRONG, OPEN = "✓", "✗", "○"
MARKS = {"correct": CORRECT, "not_attempted": OPEN, "missing": OPEN}


@dataclass(frozen=True)
class Told:
    """A check: its mark, what it is called, and what there is to say of it."""

    mark: str
    title: Text
    said: tuple[Text, ...]


@dataclass(frozen=True)
class Compared:
    """The one case that tells most: what was expected there and what came.

    Attributes
    ----------
    call : str
        What gives its inputs as tensors; empty if nothing does.
    """

    what: Text
    expected: str
    got: str
    inputs: Text
    remark: Text | None
    call: str


@dataclass(frozen=True)
class NextHint:
    """How to get the next hint, and what it says."""

    call: str
    number: int
    of: int
    text: Text


@dataclass(frozen=True)
class Account:
    """The answer of a self-check.

    Attributes
    ----------
    cause : tuple of Text
        The likely cause, or what stood in the way of everything; empty if nothing is known.
    is_likely : bool
        Whether the cause is a known mistake, which is recognised and not seen.
    """

    exercise: str
    mark: str
    verdict: Text
    cause: tuple[Text, ...] = ()
    is_likely: bool = False
    compared: Compared | None = None
    checks: tuple[Told, ...] = ()
    notes: tuple[Text, ...] = ()
    hint: NextHint | None = None


def account_of(
    sheet: Sheet,
    report: Report,
    seen: Sequence[Observation],
    hint: NextHint | None,
    example: str = "",
) -> Account:
    """What there is to say of a report.

    Parameters
    ----------
    seen : sequence of Observation
        What the report was made from, trial by trial.
    hint : NextHint or None
        The hint that comes next, if there is one.
    example : str
        The call that gives the inputs of the case that tells most, if there is one.
    """
    mark = MARKS.get(report.outcome, WRONG)
    verdict = messages.OUTCOMES[report.outcome].fill(name=sheet.name)
    if report.outcome in ("missing", "not_attempted"):
        return Account(sheet.id, mark, verdict, hint=hint)
    if report.outcome == "raised" and report.fault:
        return Account(sheet.id, mark, verdict, _in_words(report.fault), hint=hint)
    notes = tuple(note.title for note in report.notes)
    if report.outcome == "correct":
        return Account(sheet.id, mark, verdict, notes=notes)
    is_likely = report.mistake is not None
    cause = (report.mistake.message,) if report.mistake else _in_words(report.fault)
    if report.fault and report.fault.kind == "no_gpu":
        cause = (*cause, messages.NO_GPU_GRADED)
    compared = None if report.fault else _compared(sheet, seen, example)
    checks = tuple(_told(sheet, report))
    return Account(sheet.id, mark, verdict, cause, is_likely, compared, checks, notes, hint)


def _in_words(fault: Fault | None) -> tuple[Text, ...]:
    """What a fault means and, where that is known, in which line it came up."""
    if fault is None:
        return ()
    where = messages.WHERE.fill(**fault.details) if fault.details.get("line", -1) > 0 else None
    return (fault_text(fault), where) if where else (fault_text(fault),)


def _told(sheet: Sheet, report: Report) -> Iterator[Told]:
    """Each check's mark; what was expected and what came where it says the most.

    Other values are wrong by the same cause, mostly: of them the first is told. What is said in
    words is said once.
    """
    before: set[object] = set()
    if report.fault and not report.mistake:
        before.add(_in_words(report.fault))  # that is the cause
    for result in report.results:
        if result.weight:
            yield Told(_mark(result), result.title, _said(sheet, report, result, before))


def _mark(result: CheckResult) -> str:
    if result.finding is None:
        return CORRECT
    return OPEN if result.finding.difference.kind == "unbacked" else WRONG


def _said(
    sheet: Sheet, report: Report, result: CheckResult, before: set[object]
) -> tuple[Text, ...]:
    if result.finding is None or _mark(result) == OPEN or (before and report.mistake):
        return ()
    words = explain(result, numbers=True)
    kind = result.finding.difference.kind
    about = kind if kind == "value" else tuple(words)
    if about in before:
        return ()
    before.add(about)
    inputs = describe_case(sheet.trials[result.finding.trial].case)
    told = words[:1] if report.mistake else words
    return (*told, messages.INPUTS.fill(inputs=inputs))


def telling_place(sheet: Sheet, seen: Sequence[Observation]) -> tuple[int, str] | None:
    """Trial and entry that tell most: of what is wrong, a returned value of the fewest numbers.

    What should be zero tells little, and a gradient cannot be followed by hand.
    """
    places = {place for check in sheet.checks if check.weight for place in check.looks_at}
    wrong = []
    for trial, entry in sorted(places):
        known = sheet.trials[trial]
        value = seen[trial].entry(entry)
        found = entry_difference(entry, value, known.expected[entry])
        if found and isinstance(value, np.ndarray):
            rank = (not entry.startswith("value"), not known.expected[entry].value.any())
            wrong.append(((*rank, _size(known.case), trial), (trial, entry)))
    return min(wrong)[1] if wrong else None


def _size(case: Case) -> int:
    """How many numbers a case gives to the function; networks have more than one can follow."""
    values = case.arguments.values()
    large = 1000 * sum(isinstance(value, dict) for value in values)
    return large + sum(value.size for value in values if isinstance(value, np.ndarray))


def _compared(sheet: Sheet, seen: Sequence[Observation], call: str) -> Compared | None:
    place = telling_place(sheet, seen)
    if place is None:
        return None
    trial, entry = place
    target, got = sheet.trials[trial].expected[entry], seen[trial].entry(entry)
    found = entry_difference(entry, got, target)
    if found is None or not isinstance(got, np.ndarray):
        return None
    what, remark = entry_text(entry), None
    if found.kind in ("shape", "layers"):
        words = messages.DIFFERENCES[found.kind].fill(**found.details)
        told = [str(found.details.get(name, "")) for name in ("expected", "got")]
        if found.kind == "layers":
            told, remark = [str(target.value.shape[0]), str(got.shape[0])], words
    elif target.value.size <= SMALL:
        told = _apart(target.value, got)
    else:
        told = _apart(np.asarray(found.expected), np.asarray(found.got))
        what += Text(str(list(found.place)), str(list(found.place)))
    if found.kind == "value" and found.ratio is not None:
        opposite = abs(found.ratio + 1) < 0.01
        remark = messages.OPPOSITE if opposite else messages.RATIO.fill(ratio=found.ratio)
    inputs = messages.INPUTS.fill(inputs=describe_case(sheet.trials[trial].case))
    return Compared(what, told[0], told[1], inputs, remark, call)


def _apart(expected: Array, got: Array) -> list[str]:
    """Two arrays in as many digits as it takes to tell them apart."""
    for digits in (4, 6):
        told = [_written(array, digits) for array in (expected, got)]
        if told[0] != told[1]:
            return told
    return [_written(array, 9) for array in (expected, got)]


def _written(array: Array, digits: int) -> str:
    text = np.array2string(
        array, separator=", ", formatter={"float_kind": lambda x: f"{x:.{digits}g}"}
    )
    return " ".join(text.split())
