"""What is believed of an answer: data, and faults and observations of the kinds that there are."""

from __future__ import annotations

import math
from functools import cache
from string import Formatter
from typing import Any

import numpy as np

from labkit.judge.case import MOST_OBSERVED, Fault, Observation
from labkit.judge.messages import FAULTS
from labkit.wire import MOST_DIMENSIONS, MessageError, Size, unpack_sized

MOST_ENTRIES = 1000  # of an observation
MOST_NAME = 200  # characters of an entry's name
#: Bytes in all the answers of a submission, counted as in one; see `labkit.wire`.
MOST_ANSWERED = 512 << 20


class Believer:
    """Reads the answers of one submission.

    Attributes
    ----------
    left : int
        Bytes that its further answers may hold.
    """

    def __init__(self) -> None:
        self.left = MOST_ANSWERED

    def read(self, text: Any, nonce: str) -> Any:
        """An answer to the question with this nonce; None for anything else."""
        try:
            said, size = unpack_sized(text)
        except MessageError as error:
            return malformed(str(error))
        if not isinstance(said, dict) or said.get("nonce") != nonce or "answer" not in said:
            return None
        return self._within(size) or believable(said["answer"])

    def _within(self, size: Size) -> Fault | None:
        self.left -= size.bytes
        return Fault("too_large") if self.left < 0 else None


def believable(found: Any) -> Any:
    """An answer whose faults and entries are of the kinds that there are."""
    if isinstance(found, Fault):
        return _fault(found) or malformed("no such fault")
    if isinstance(found, Observation):
        return _observation(found) or malformed("entries that are no numbers")
    return found


def malformed(message: str) -> Fault:
    """The fault of an answer that cannot be read."""
    return Fault("malformed", {"message": message})


def _observation(found: Observation) -> Observation | None:
    """The observation, of arrays and faults that are believed; None if it holds something else."""
    entries = found.entries
    if not isinstance(entries, dict) or len(entries) > MOST_ENTRIES:
        return None
    if not all(isinstance(name, str) and len(name) <= MOST_NAME for name in entries):
        return None
    believed = {name: _entry(entry) for name, entry in entries.items()}
    arrays = [entry for entry in believed.values() if isinstance(entry, np.ndarray)]
    if sum(array.size for array in arrays) > MOST_OBSERVED:
        return Observation(fault=Fault("too_large"))
    fault = None
    if found.fault is not None and (fault := _fault(found.fault)) is None:
        return None
    kept = {name: entry for name, entry in believed.items() if entry is not None}
    return Observation(kept, fault) if len(kept) == len(believed) else None


def _entry(entry: Any) -> Any:
    if isinstance(entry, np.ndarray):
        return entry if entry.ndim <= MOST_DIMENSIONS else None
    return _fault(entry)


def _fault(fault: Any) -> Fault | None:
    """The fault with the details that its text needs; None if it cannot be put into words."""
    if not isinstance(fault, Fault) or fault.kind not in FAULTS:
        return None
    told = {name: _detail(fault.details.get(name)) for name in _needed(fault.kind)}
    if any(value is None for value in told.values()):
        return None
    line, source = fault.details.get("line"), fault.details.get("source")
    if line is not None:
        if type(line) is not int or not isinstance(source, str):
            return None
        told |= {"line": line, "source": source}
    return Fault(fault.kind, told)


@cache
def _needed(kind: str) -> frozenset[str]:
    """The details of which the text of a fault tells."""
    fields = [field for text in FAULTS[kind] for _, field, _, _ in Formatter().parse(text)]
    return frozenset(field for field in fields if field)


def _detail(value: Any) -> Any:
    """A text, a number, or a list of texts and numbers; None if it is something else."""
    if isinstance(value, list):
        parts = [_detail(part) for part in value if not isinstance(part, list)]
        known = len(parts) == len(value) and all(part is not None for part in parts)
        return parts if known else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return value if isinstance(value, str) or math.isfinite(value) else None
