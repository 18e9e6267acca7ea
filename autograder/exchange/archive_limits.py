"""How much of strangers' archives is read, and on whose account."""

from __future__ import annotations

from dataclasses import dataclass

from autograder import limits
from autograder.limits import MIB


@dataclass(frozen=True)
class Limits:
    """How much is read: bytes of a file, and bytes and files of a student in all archives."""

    file: int = limits.NOTEBOOK_BYTES
    student: int = limits.STUDENT_BYTES
    files: int = limits.STUDENT_FILES
    own_list: int = limits.OWN_LIST_BYTES
    depth: int = limits.ARCHIVE_DEPTH


@dataclass
class Account:
    """What may still be read of one student's."""

    owner: str
    bytes: int
    files: int


class TooMuchError(ValueError):
    """More than the limits allow."""


def too_large(size: int, most: int) -> str:
    """What is said of a file that is too large."""
    return f"it has {size / MIB:.0f} MiB; at most {most / MIB:.0f} are read"
