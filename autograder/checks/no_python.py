"""Why a name is missing: the cell that was to define it is not of the Python that grades it."""

from __future__ import annotations

import sys

from labkit.judge.case import Fault
from labkit.rules import Code


def no_python(name: str, code: Code | None) -> tuple[Fault, str] | None:
    """Why a name is missing, if the cell that was to define it is no Python here.

    Returns
    -------
    fault : Fault
        For the student.
    told : str
        For the instructor.
    """
    failure = code.failure_of(name) if code else None
    if failure is None or code is None:
        return None
    here = ".".join(map(str, sys.version_info[:2]))
    details = {"message": failure.message, "line": failure.line or -1, "source": failure.source}
    told = f"the cell of {name} is no Python {here} ({failure.message}, line {failure.line}"
    told += f": {failure.source})"
    newer = _version(code.python) > sys.version_info[:2]
    if newer:
        told += f"; the notebook was written with Python {code.python}, which may allow it"
    kind = "newer_syntax" if newer else "syntax"
    return Fault(kind, {**details, "here": here, "there": code.python}), told


def _version(text: str) -> tuple[int, ...]:
    parts = text.split(".")[:2]
    return tuple(int(part) for part in parts) if all(p.isdecimal() for p in parts) else ()
