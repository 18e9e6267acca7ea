"""What the name of a file alone tells: which notebook is meant, its age, a name in front."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.exchange.platforms import Reading, readings

_ENDING = re.compile(r"(\.ipynb|\.json)(\.\w+)?$", re.IGNORECASE)
_COPY_OF = re.compile(r"^((copy of|사본\s*-)\s*)+", re.IGNORECASE)
#: What is put behind a name: "-1", " (2)", " copy", "의 사본".
_BEHIND = r"(?:[ _-]|\d|\(\d+\)|copy|의 사본)*"
#: What is put behind the name of a second download. Three digits may be a student's number.
_COPY = re.compile(r"\s*\([0-9]{1,2}\)$")
#: Bytes of an id: file systems take 255, and a name of Hangul has three for each syllable.
LONGEST_ID = 150


@dataclass(frozen=True)
class Named:
    """A file as it will be called, and what its name says about its age."""

    name: str
    upload: int
    copy: int


def is_notebook(name: str) -> bool:
    """Whether a file may be a notebook: ``lab.ipynb.txt`` and ``lab.json`` are what browsers do."""
    return bool(_ENDING.search(name))


def named(name: str, notebooks: Sequence[str], reading: Reading | None = None) -> Named:
    """How a file will be called: its notebook's name, if it is meant; else its own, cleaned.

    Parameters
    ----------
    name : str
        Of the file.
    notebooks : sequence of str
        Names of the assignment's notebooks, without ending.
    reading : Reading, optional
        How a platform's name was read; by default the likeliest way, if `name` can be one.
    """
    upload = reading.upload if reading else 0
    possible = readings(name, notebooks)
    as_read = reading if reading in possible else next(iter(possible), None)
    if as_read and as_read.rest:
        upload, name = as_read.upload, as_read.rest
    stem = _COPY_OF.sub("", _ENDING.sub("", name))
    numbers = re.search(r"(?:-(\d+)|\((\d+)\))[^\w(]*$", stem)
    copy = int((numbers[1] or numbers[2])[:9]) if numbers else 0
    meant = [notebook for notebook in notebooks if before(name, notebook) is not None]
    own = as_id(re.sub(r"\s*\(\d+\)$", "", stem)) or "notebook"
    return Named(f"{max(meant, key=len) if meant else own}.ipynb", upload, copy)


def before(name: str, notebook: str) -> str | None:
    """What stands before a notebook's name; None if the file is not meant for it."""
    stem = _COPY_OF.sub("", unicodedata.normalize("NFC", _ENDING.sub("", name)))
    pattern = rf"(?:(?P<before>.*)(?<![0-9A-Za-z]))?{re.escape(notebook)}{_BEHIND}"
    found = re.fullmatch(pattern, stem, re.IGNORECASE)
    return (found["before"] or "").strip(" _-") if found else None


def in_front(name: str, notebooks: Sequence[str]) -> str:
    """What stands in front of the name of one of the notebooks; empty if nothing does."""
    return next(filter(None, (before(name, notebook) for notebook in notebooks)), "")


def without_copy(name: str) -> str:
    """A file's or a folder's name without what says that it is a copy, and a notebook's ending."""
    return _COPY.sub("", _COPY_OF.sub("", _ENDING.sub("", name)))


def as_id(name: str) -> str:
    """A name as an id: letters, digits and a few signs, good for a folder anywhere."""
    kept = re.sub(r"[^\w.@-]+", "-", unicodedata.normalize("NFC", name)).strip("-._")
    return kept.encode()[:LONGEST_ID].decode("utf-8", "ignore")
