"""The files in a folder of downloads and in its zip files, read with care.

Nothing is unpacked to where a name in an archive says. Whoever made the archive may be a student:
sizes are counted while reading, on an account of whoever's files they are, links and names that
climb out of their folder are left out, and whatever is wrong with one file or archive does not keep
the others from being read.
"""

from __future__ import annotations

import io
import os
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from autograder import limits
from autograder.errors import AutograderError
from autograder.exchange.zip_format import composed, length_of_list, parts_of
from autograder.limits import MIB

_OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg")
_NOT_FILES = ("__MACOSX", ".ipynb_checkpoints", "__pycache__")
_PASSWORD_FLAG = 0x1


@dataclass(frozen=True)
class Entry:
    """One file.

    Attributes
    ----------
    parts : tuple of str
        Where it lies, from the outside in: folders, archives without their ending, the file.
    date : tuple of int
        When it was last changed, as far as the archive knows; later is larger.
    """

    parts: tuple[str, ...]
    date: tuple[int, ...]
    content: bytes


@dataclass(frozen=True)
class Limits:
    """How much is read: bytes of a file, and bytes and files of a student in all archives."""

    file: int = limits.NOTEBOOK_BYTES
    student: int = limits.STUDENT_BYTES
    files: int = limits.STUDENT_FILES
    own_list: int = limits.OWN_LIST_BYTES
    depth: int = limits.ARCHIVE_DEPTH


@dataclass
class _Account:
    """What may still be read of one student's."""

    owner: str
    bytes: int
    files: int


class _TooMuchError(ValueError):
    """More than the limits allow."""


#: Whose files, where, and why it is left out.
Tell = Callable[[str, str, str], None]


@dataclass
class Reader:
    """Reads what a folder of downloads holds.

    Parameters
    ----------
    wanted : callable
        Whether a file of this name is read.
    owner : callable
        Whose a file in such a place is; empty where nothing tells, and then it is not read.
    tell : callable
        Is told of everything that was left out.
    """

    wanted: Callable[[str], bool]
    owner: Callable[[tuple[str, ...]], str]
    tell: Tell
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def walk(self, folder: Path) -> Iterator[Entry]:
        """All wanted files, in the order of their names."""
        for place, folders, names in os.walk(folder, followlinks=False):
            here = Path(place)
            for name in sorted(folders):
                if (here / name).is_symlink():
                    self.tell(name, name, "it is a link")
            folders[:] = sorted(name for name in folders if not _is_hidden(name))
            for name in sorted(names):
                if not _is_hidden(name):
                    path = here / name
                    parts = tuple(map(composed, path.relative_to(folder).parts))
                    yield from self._whatever_happens(self._file(path, parts), parts)

    def _whatever_happens(
        self, entries: Iterator[Entry], parts: tuple[str, ...], account: _Account | None = None
    ) -> Iterator[Entry]:
        """The entries; an error is that of one file or archive, and is told."""
        try:
            yield from entries
        except AutograderError:  # a table of the instructor's is wrong
            raise
        except Exception as error:
            who = account.owner if account else self.owner(parts)
            where = "/".join(parts)
            self.tell(who or where, where, f"{error or type(error).__name__}")

    def _account(self, owner: str) -> _Account:
        new = _Account(owner, self.limits.student, self.limits.files)
        return self._accounts.setdefault(owner, new)

    def _file(self, path: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError("it is a link, or no ordinary file")
        if path.suffix.lower() == ".zip":
            with open(path, "rb") as file:
                yield from self._zip(file, (*parts[:-1], path.stem), None, 1)
        elif self.wanted(path.name):
            if facts.st_size > self.limits.file:
                raise _TooMuchError(_too_large(facts.st_size, self.limits.file))
            self._account_of(parts)
            yield Entry(parts, time.localtime(facts.st_mtime)[:6], path.read_bytes())
        else:
            _expect_no_archive(path.name)

    def _account_of(self, parts: tuple[str, ...]) -> _Account:
        owner = self.owner(parts)
        if not owner:
            raise ValueError("nothing in its name tells whose it is")
        return self._account(owner)

    def _zip(
        self, file: IO[bytes], parts: tuple[str, ...], account: _Account | None, depth: int
    ) -> Iterator[Entry]:
        """The wanted files of an archive; the account is that of whoever made it, if a student."""
        if account and length_of_list(file) > self.limits.own_list:
            raise _TooMuchError(f"its list of files has more than {self.limits.own_list} bytes")
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                inner = parts_of(member)
                if not member.is_dir() and inner and not any(map(_is_hidden, inner)):
                    entries = self._member(archive, member, (*parts, *inner), account, depth)
                    yield from self._whatever_happens(entries, (*parts, *inner), account)

    def _member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        account: _Account | None,
        depth: int,
    ) -> Iterator[Entry]:
        if ".." in parts:
            raise ValueError("its name leads out of the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError("it is a link")
        if member.flag_bits & _PASSWORD_FLAG:
            raise ValueError("it has a password")
        if parts[-1].lower().endswith(".zip"):
            yield from self._inner_zip(archive, member, parts, account, depth)
        elif self.wanted(parts[-1]):
            # In a student's own archive, names of others are not believed.
            payer = account or self._account_of(parts)
            content = io.BytesIO()
            self._unpack(archive, member, content, self.limits.file, payer)
            yield Entry(parts, member.date_time, content.getvalue())
        else:
            _expect_no_archive(parts[-1])

    def _inner_zip(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        account: _Account | None,
        depth: int,
    ) -> Iterator[Entry]:
        if depth >= self.limits.depth:
            raise _TooMuchError(f"archives in archives, deeper than {self.limits.depth}")
        inside = (*parts[:-1], parts[-1][:-4])
        payer = account or self._account(self.owner((*inside, ".ipynb")) or "/".join(inside))
        with tempfile.SpooledTemporaryFile(max_size=8 * MIB) as file:
            self._unpack(archive, member, file, self.limits.student, payer)
            yield from self._zip(file, inside, payer, depth + 1)

    def _unpack(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        target: IO[bytes],
        most: int,
        account: _Account,
    ) -> None:
        """Copy a member as long as it keeps within the limits."""
        account.files -= 1
        if account.files < 0:
            raise _TooMuchError(f"more than {self.limits.files} files of {account.owner}")
        with archive.open(member) as source:
            while chunk := source.read(min(MIB, most + 1 - target.tell())):
                account.bytes -= len(chunk)
                if account.bytes < 0:
                    raise _TooMuchError(f"too much of {account.owner} once it is unpacked")
                target.write(chunk)
                if target.tell() > most:
                    raise _TooMuchError(_too_large(member.file_size, most))
        target.seek(0)


def _expect_no_archive(name: str) -> None:
    if name.lower().endswith(_OTHER_ARCHIVES):
        raise ValueError("only zip files are opened; unpack it, and put the folder in its place")


def _is_hidden(name: str) -> bool:
    return name in _NOT_FILES or (name.startswith(".") and name != "..")


def _too_large(size: int, most: int) -> str:
    return f"it has {size / MIB:.0f} MiB; at most {most / MIB:.0f} are read"
