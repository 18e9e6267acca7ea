"""Puts findings into words."""

from __future__ import annotations

import numpy as np

from labkit.judge import messages
from labkit.judge.case import Case, Fault
from labkit.judge.compare import Difference
from labkit.judge.messages import Text
from labkit.judge.sheet import CheckResult, Finding


def explain(result: CheckResult, numbers: bool) -> list[Text]:
    """What a failed check has to say.

    Parameters
    ----------
    numbers : bool
        Whether the expected number may be shown: on public inputs yes, on hidden ones no.
    """
    if result.finding is None:
        return []
    words = [describe(result.finding, numbers)]
    difference = result.finding.difference
    if difference.details.get("line", -1) > 0:
        words.append(messages.WHERE.fill(**difference.details))
    if result.mistake:
        words.append(messages.LIKELY + result.mistake.message)
    return words


def describe(finding: Finding, numbers: bool) -> Text:
    """What was seen instead of what was expected, and where first."""
    difference = finding.difference
    if difference.kind in messages.FAULTS:
        return fault_text(Fault(difference.kind, difference.details))
    words = entry_text(finding.entry) + Text("—", "—")
    words += messages.DIFFERENCES[difference.kind].fill(**difference.details)
    if difference.kind in ("shape", "layers"):
        return words
    if difference.place:
        words += messages.FIRST_PLACE.fill(place=list(difference.place))
    if numbers:
        words += messages.NUMBERS.fill(expected=difference.expected, got=difference.got)
    return _with_ratio(words, difference)


def fault_text(fault: Fault) -> Text:
    """What a fault means."""
    details = dict(fault.details)
    if isinstance(details.get("names"), list):
        details["names"] = ", ".join(map(str, details["names"]))
    return messages.FAULTS[fault.kind].fill(**details)


def fault_with_line(fault: Fault) -> Text:
    """What a fault means and, where that is known, in which line it came up."""
    told = fault_text(fault)
    if fault.details.get("line", -1) > 0:
        told += messages.WHERE.fill(**fault.details)
    return told


def entry_text(entry: str) -> Text:
    """The name of an entry in words: ``gradient:student_logits`` is a gradient."""
    what, _, of = entry.partition(":")
    text = messages.ENTRIES.get(what, Text(entry, entry)).fill(of=of)
    if of and what in ("value", "shape", "form"):
        text += Text(f"({of})", f"({of})")
    return text


#: Numbers of an input that is shown as it is.
SMALL = 12


def describe_case(case: Case) -> str:
    """What a case gives to the function, in short: numbers as they are, of many the shape."""
    return ", ".join(f"{name} {_short(value)}" for name, value in case.arguments.items())


def _short(value: object) -> str:
    match value:
        case np.ndarray() if value.size <= SMALL:
            return f"= {_written(value)}"
        case np.ndarray():
            return str(value.shape)
        case {"network": spec}:
            mode = "train" if spec["training"] else "eval"
            return f"(ProbeNetwork, {mode})"
        case {"loss": loss, **options}:
            return f"{loss}({', '.join(f'{name}={option}' for name, option in options.items())})"
        case {"batches": batches}:
            return f"({len(batches)} batches)"
    return f"= {value}"


def _written(value: np.ndarray) -> str:
    """An array in one line, its numbers with three digits."""
    text = np.array2string(value, separator=", ", formatter={"float_kind": lambda x: f"{x:.3g}"})
    return " ".join(text.split())


def _with_ratio(words: Text, difference: Difference) -> Text:
    ratio = difference.ratio
    if ratio is None or difference.kind != "value":
        return words
    if abs(ratio + 1) < 0.01:
        return words + messages.OPPOSITE
    return words + messages.RATIO.fill(ratio=ratio)
