"""Whose file it is, and which notebook, from the names that learning platforms give.

Names are read from the outside in, since the outer ones are the platform's and the inner ones the
student's: nobody hands in for somebody else by the name of a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.exchange.roster import plain_name

#: "Mina Kim_4711_assignsubmission_file_", a folder or the beginning of a file's name.
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)"
)
#: "kimmina_LATE_4711_90210_lab1-2.ipynb"; the second number grows with every upload.
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?:_LATE)?_(?P<number>\d+)_(?P<upload>\d+)_(?P<rest>.+)", re.IGNORECASE
)
_ENDING = re.compile(r"(\.ipynb|\.json)(\.\w+)?$", re.IGNORECASE)
_COPY_OF = re.compile(r"^((copy of|사본\s*-)\s*)+", re.IGNORECASE)
#: What is put behind a name: "-1", " (2)", " copy", "의 사본".
_BEHIND = r"(?:[ _-]|\d|\(\d+\)|copy|의 사본)*"
#: Folders that are nobody's: "drive-download-20260301T101112Z-001", "submissions (1)".
_NOBODY = re.compile(r".*-\d{8}T\d{6}Z(-\d+)*|submissions?( \(\d+\))?|files?", re.IGNORECASE)
#: Bytes of an id: file systems take 255, and a name of Hangul has three for each syllable.
_LONGEST_ID = 150


class Known(Protocol):
    """What is known of the students."""

    @property
    def accounts(self) -> Mapping[str, str]:
        """The student's id by the number of the account."""

    def find(self, name: str) -> str | None:
        """The id of the one student with a name."""


@dataclass(frozen=True)
class Claim:
    """Whose file it is.

    Attributes
    ----------
    student : str
        The student's id, or one made from the name that the platform gives.
    account : str
        The platform's number of the student, if it says one.
    known : bool
        Whether the roster or the gradebook knows the student.
    """

    student: str
    account: str = ""
    known: bool = False


@dataclass(frozen=True)
class Named:
    """A file as it will be called, and what its name says about its age."""

    name: str
    upload: int
    copy: int


def is_notebook(name: str) -> bool:
    """Whether a file may be a notebook: ``lab.ipynb.txt`` and ``lab.json`` are what browsers do."""
    return bool(_ENDING.search(name))


def whose(parts: Sequence[str], notebooks: Sequence[str], known: Known) -> Claim | None:
    """Whose file lies at `parts`; None if nothing tells.

    Parameters
    ----------
    parts : sequence of str
        Folders, archives and the file, from the outside in.
    notebooks : sequence of str
        Names of the assignment's notebooks, without ending.
    known : Known
        The students of the course.
    """
    for part in parts:
        account = _MOODLE.fullmatch(part) or _CANVAS.fullmatch(part)
        if account:
            return _from_account(account["name"], account["number"], known)
        student = known.find(_ENDING.sub("", part))
        if student:
            return Claim(student, known=True)
    return _from_name(parts[-1], notebooks, known) or _from_folder(parts[:-1], notebooks)


def _from_account(name: str, number: str, known: Known) -> Claim | None:
    """By the number, where numbers are known; names can be changed, and several may share one."""
    student = known.accounts.get(number) if known.accounts else known.find(name)
    if student:
        return Claim(student, number, known=True)
    own = _as_id(name)
    # A stranger does not get the name of a student.
    return Claim(own, number) if own and not known.find(own) else None


def _from_name(name: str, notebooks: Sequence[str], known: Known) -> Claim | None:
    """``<student>_<notebook>.ipynb``, or ``<student> - <notebook>.ipynb`` as in Classroom."""
    for notebook in notebooks:
        before = _before(name, notebook)
        if before:
            student = known.find(before)
            own = _as_id(before.split("_")[0])
            if student or own:
                return Claim(student or own, known=bool(student))
    return None


def _from_folder(folders: Sequence[str], notebooks: Sequence[str]) -> Claim | None:
    """The innermost folder or archive that is not the assignment's."""
    ours = [plain_name(name) for name in notebooks]
    for folder in reversed(folders):
        plain = plain_name(folder)
        if not _NOBODY.fullmatch(folder) and not any(name in plain for name in ours):
            own = _as_id(folder)
            return Claim(own) if own else None
    return None


def named(name: str, notebooks: Sequence[str]) -> Named:
    """How a file will be called: its notebook's name, if it is meant; else its own, cleaned."""
    upload, platform = 0, _CANVAS.fullmatch(name)
    if platform:
        upload, name = int(platform["upload"]), platform["rest"]
    moodle = _MOODLE.fullmatch(name)
    if moodle and moodle["rest"]:
        name = moodle["rest"]
    stem = _COPY_OF.sub("", _ENDING.sub("", name))
    numbers = re.search(r"(?:-(\d+)|\((\d+)\))[^\w(]*$", stem)
    copy = int((numbers[1] or numbers[2])[:9]) if numbers else 0
    meant = [notebook for notebook in notebooks if _before(name, notebook) is not None]
    own = _as_id(re.sub(r"\s*\(\d+\)$", "", stem)) or "notebook"
    return Named(f"{max(meant, key=len) if meant else own}.ipynb", upload, copy)


def _before(name: str, notebook: str) -> str | None:
    """What stands before a notebook's name; None if the file is not meant for it."""
    stem = _COPY_OF.sub("", unicodedata.normalize("NFC", _ENDING.sub("", name)))
    pattern = rf"(?:(?P<before>.*)(?<![0-9A-Za-z]))?{re.escape(notebook)}{_BEHIND}"
    found = re.fullmatch(pattern, stem, re.IGNORECASE)
    return (found["before"] or "").strip(" _-") if found else None


def _as_id(name: str) -> str:
    """A name as an id: letters, digits and a few signs, good for a folder anywhere."""
    kept = re.sub(r"[^\w.@-]+", "-", unicodedata.normalize("NFC", name)).strip("-._")
    return kept.encode()[:_LONGEST_ID].decode("utf-8", "ignore")
