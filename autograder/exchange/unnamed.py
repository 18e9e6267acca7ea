"""Whose a file may be that neither a platform nor the roster names: folders, archives, file names.

Of these some are nobody's, some were made by the student and prove nothing. What is left are names;
where they are two different ones, nothing tells which of them is the student's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.exchange.filenames import in_front, without_copy
from autograder.exchange.people import plain_name

_DOWNLOAD = re.compile(r"(?P<name>.*)-\d{8}T\d{6}Z(-\d+)*")
#: Folders that are nobody's: "submissions (1)", "Lab 1", "과제2", "work".
_NOBODY = re.compile(
    r"(submissions?|files?|downloads?|archives?|(google )?classroom|my ?drive|attachments?"
    r"|(labs?|hw|homeworks?|assignments?|weeks?|exercises?)[ _-]*\d*"
    r"|(과제|숙제|실습|제출|제출물|주차)[ _-]*\d*"
    r"|\d+(주차|차시)|work|notebooks?|colab notebooks|src|code|data|results?|backup|old|new|final"
    r"|desktop|documents|untitled.*|new folder|새 폴더|바탕 ?화면|다운로드|문서)",
    re.IGNORECASE,
)


class Download(str):
    """The name of the one folder or archive that was downloaded: mostly a whole class's."""

    __slots__ = ()


class OwnArchive(str):
    """The name of an archive that a student may have made: what is in it proves nothing."""

    __slots__ = ()


@dataclass(frozen=True)
class Found:
    """Names of whom a file may be.

    Attributes
    ----------
    names : tuple of str
        From the outside in.
    chain : tuple of str
        These, and the names further in that the student gave. Of one student, one is the beginning
        of the other, as of a folder and a folder in it; else they may be of two.
    """

    names: tuple[str, ...]
    chain: tuple[str, ...]


def candidates(parts: Sequence[str], notebooks: Sequence[str]) -> Found:
    """Names of whom the file at `parts` may be."""
    everything = tuple(_names(parts[:-1], notebooks))
    in_file = in_front(parts[-1], notebooks)
    chain = (*everything, in_file) if in_file else everything
    for at, part in enumerate(parts):
        if isinstance(part, OwnArchive) and (outer := tuple(_names(parts[: at + 1], notebooks))):
            return Found(outer, chain)
    return Found(chain, chain)


def _names(folders: Sequence[str], notebooks: Sequence[str]) -> Iterator[str]:
    labs = [plain_name(name) for name in notebooks]
    nobody = set()
    for folder in folders:
        if found := _DOWNLOAD.fullmatch(folder):
            nobody.add(plain_name(found["name"]))  # of a folder, which lies in the archive
            continue
        name = in_front(folder, notebooks) or without_copy(folder)
        plain = plain_name(name)
        is_labs = plain in nobody or any(lab in plain for lab in labs)
        if not (isinstance(folder, Download) or is_labs or _NOBODY.fullmatch(name.strip())):
            yield name
