"""How learning platforms call a file: every way in which a name can be read as one of theirs.

Canvas puts together ``name``, ``LATE``, ``account``, ``upload`` and the student's own name for the
file, and lets names have underscores: ``kim_34_56_900_lab1.ipynb`` may be of ``kim`` with account
34, or of ``kim_34`` with account 56. So a name has readings, and who it is must come out the same
from all that are possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.exchange.people import CANVAS, MOODLE

ANONYMOUS = "anonymous"
BLACKBOARD = "Blackboard"
LATE = "LATE"

#: "Mina Kim_4711_assignsubmission_file_", a folder or the beginning of a file's name.
_MOODLE = re.compile(r"_(?P<number>[0-9]+)_assignsubmission_[a-z]+(?:_|$)")
#: "anon_Yb3cd_90210_lab1.ipynb", late "LATE_anon_Yb3cd_90210_lab1.ipynb".
_ANONYMOUS = re.compile(
    r"(?:LATE_)?anon_(?:LATE_)?(?P<id>[0-9A-Za-z]+)_(?:LATE_)?(?P<upload>[0-9]+)_(?P<rest>.+)",
    re.DOTALL,
)
#: "Lab 1_kimmina_attempt_2026-03-01-23-59-59_lab1.ipynb", and a text about it without a name.
_BLACKBOARD = re.compile(r"_attempt_(?P<date>[0-9]{4}(?:-[0-9]{2}){5})(?:_|\.txt$|$)")
#: A number of Canvas has at most so many digits; it may be written with the shard in front.
_LONGEST_NUMBER = 19


@dataclass(frozen=True)
class Reading:
    """One way to read a name as a platform's.

    Attributes
    ----------
    platform : str
        `CANVAS` or `MOODLE`, the columns in which their numbers stand, `ANONYMOUS`, `BLACKBOARD`.
    names : tuple of str
        What the student may be called by it: several, where a group or the lab stands in front.
    number : str
        Of the account; of an anonymous student, the letters.
    upload : int
        The larger, the newer.
    rest : str
        What the student called the file.
    """

    platform: str
    names: tuple[str, ...]
    number: str
    upload: int = 0
    rest: str = ""


def readings(part: str, labs: Sequence[str] = ()) -> list[Reading]:
    """Every way in which a folder's or a file's name can be a platform's; the likeliest first.

    Parameters
    ----------
    part : str
    labs : sequence of str
        How the lab may be called in front of a student's name.
    """
    possible = [*_moodle(part), *_blackboard(part, labs), *_canvas(part)]
    possible.sort(key=lambda each: len(part) - len(each.rest))  # the outermost: the others may be
    if found := _ANONYMOUS.fullmatch(part):  # a part of the name that the student gave
        told = found["id"], int(found["upload"]), found["rest"]
        return [Reading(ANONYMOUS, ("anon",), *told), *possible]
    return possible


def _moodle(part: str) -> Iterator[Reading]:
    for found in _MOODLE.finditer(part):
        if name := part[: found.start()]:
            names = tuple(_behind(name, "-"))
            yield Reading(MOODLE, names, found["number"], rest=part[found.end() :])


def _blackboard(part: str, labs: Sequence[str]) -> Iterator[Reading]:
    for found in _BLACKBOARD.finditer(part):
        if name := part[: found.start()]:
            date = int(found["date"].replace("-", ""))
            yield Reading(BLACKBOARD, _behind_lab(name, labs), "", date, part[found.end() :])


def _canvas(part: str) -> Iterator[Reading]:
    words = part.split("_")
    for at in range(1, len(words) - 2):
        number, upload, rest = words[at], words[at + 1], "_".join(words[at + 2 :])
        if _is_number(number) and _is_number(upload) and rest:
            name = words[: at - 1] if words[at - 1] == LATE else words[:at]
            yield Reading(CANVAS, ("_".join(name),), number, int(upload), rest)


def _behind_lab(name: str, labs: Sequence[str]) -> tuple[str, ...]:
    """What the student may be called; the first is the likeliest."""
    for lab in labs:
        if name.casefold().startswith(f"{lab.casefold()}_"):
            return (name[len(lab) + 1 :],)
    return tuple(_behind(name, "_"))[1:] or (name,)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= _LONGEST_NUMBER


def _behind(name: str, sign: str) -> Iterator[str]:
    """A name, and what stands behind each of the signs in it, if that can be a name."""
    yield name
    words = name.split(sign)
    for at in range(1, len(words)):
        rest = sign.join(words[at:]).strip()
        if rest:
            yield rest


def is_whole(name: str) -> bool:
    """Whether it can be the whole name of a person, or an id, and not the half of "Lee-Kim"."""
    return any(sign.isspace() or sign.isdecimal() for sign in name) or not name.isascii()


def is_platforms_own(name: str) -> bool:
    """Whether a file is the platform's and no student's: Blackboard's text about each attempt."""
    return name.endswith(".txt") and any(
        found.end() == len(name) for found in _BLACKBOARD.finditer(name)
    )
