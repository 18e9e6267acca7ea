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

from autograder.errors import AutograderError
from autograder.exchange.archive_limits import Account, Limits, TooMuchError, too_large
from autograder.exchange.platforms import is_platforms_own
from autograder.exchange.unnamed import Download, OwnArchive
from autograder.exchange.zip_format import (
    composed,
    encoding_of_names,
    length_of_list,
    parts_of,
)
from autograder.limits import MIB

_OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg")
#: What systems leave behind, and nobody hands in.
_NOT_FILES = ("__MACOSX", ".ipynb_checkpoints", "__pycache__", "Thumbs.db", "desktop.ini")
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
        Whose a file in such a place is; empty where nothing tells, and then it is not read, nor
        where it raises `ValueError`, which says why.
    tell : callable
        Is told of everything that was left out.
    """

    wanted: Callable[[str], bool]
    owner: Callable[[tuple[str, ...]], str]
    tell: Tell
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def walk(self, folder: Path) -> Iterator[Entry]:
        """All wanted files, in the order of their names."""
        top = [path.name for path in folder.iterdir() if not _is_hidden(path.name)]
        self._only = top[0] if len(top) == 1 else None
        for place, folders, names in os.walk(folder, followlinks=False):
            here = Path(place)
            for name in sorted(folders):
                if (here / name).is_symlink():
                    link = (here / name).relative_to(folder).as_posix()
                    self.tell(link, link, "it is a link")
            folders[:] = sorted(name for name in folders if not _is_hidden(name))
            for name in sorted(names):
                if not _is_hidden(name):
                    path = here / name
                    parts = self._parts(path.relative_to(folder))
                    yield from self._whatever_happens(self._file(path, parts), parts)

    def _parts(self, path: Path) -> tuple[str, ...]:
        first, *rest = map(composed, path.parts)
        is_only = bool(rest) and path.parts[0] == self._only
        return (Download(first) if is_only else first, *rest)

    def _whatever_happens(
        self, entries: Iterator[Entry], parts: tuple[str, ...], account: Account | None = None
    ) -> Iterator[Entry]:
        """The entries; an error is that of one file or archive, and is told."""
        try:
            yield from entries
        except AutograderError:  # a table of the instructor's is wrong
            raise
        except Exception as error:
            who = account.owner if account else self._owner_if_any(parts)
            where = "/".join(parts)
            self.tell(who or where, where, f"{error or type(error).__name__}")

    def _owner_if_any(self, parts: tuple[str, ...]) -> str:
        try:
            return self.owner(parts)
        except ValueError:
            return ""

    def _account(self, owner: str) -> Account:
        new = Account(owner, self.limits.student, self.limits.files)
        return self._accounts.setdefault(owner, new)

    def _file(self, path: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError("it is a link, or no ordinary file")
        if path.suffix.lower() == ".zip":
            with open(path, "rb") as file:
                kind = Download if path.name == self._only and not parts[1:] else OwnArchive
                yield from self._zip(file, (*parts[:-1], kind(composed(path.stem))), None, 1)
        elif self.wanted(path.name):
            if facts.st_size > self.limits.file:
                raise TooMuchError(too_large(facts.st_size, self.limits.file))
            self._account_of(parts)
            yield Entry(parts, time.localtime(facts.st_mtime)[:6], path.read_bytes())
        else:
            _expect_notebook(path.name)

    def _account_of(self, parts: tuple[str, ...]) -> Account:
        owner = self.owner(parts)
        if not owner:
            raise ValueError("nothing in its name tells whose it is")
        return self._account(owner)

    def _zip(
        self, file: IO[bytes], parts: tuple[str, ...], account: Account | None, depth: int
    ) -> Iterator[Entry]:
        """The wanted files of an archive; the account is that of whoever made it, if a student."""
        if account and length_of_list(file) > self.limits.own_list:
            raise TooMuchError(f"its list of files has more than {self.limits.own_list} bytes")
        with zipfile.ZipFile(file) as archive:
            encoding = encoding_of_names(archive.infolist())
            for member in archive.infolist():
                inner = parts_of(member, encoding)
                if not member.is_dir() and inner and not any(map(_is_hidden, inner)):
                    entries = self._member(archive, member, (*parts, *inner), account, depth)
                    yield from self._whatever_happens(entries, (*parts, *inner), account)

    def _member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        account: Account | None,
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
            _expect_notebook(parts[-1])

    def _inner_zip(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        account: Account | None,
        depth: int,
    ) -> Iterator[Entry]:
        if depth >= self.limits.depth:
            raise TooMuchError(f"archives in archives, deeper than {self.limits.depth}")
        inside = (*parts[:-1], OwnArchive(parts[-1][:-4]))
        owner = self._owner_if_any((*inside, ".ipynb")) or "/".join(inside)
        payer = account or self._account(owner)
        with tempfile.SpooledTemporaryFile(max_size=8 * MIB) as file:
            self._unpack(archive, member, file, self.limits.student, payer)
            yield from self._zip(file, inside, payer, depth + 1)

    def _unpack(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        target: IO[bytes],
        most: int,
        account: Account,
    ) -> None:
        """Copy a member as long as it keeps within the limits."""
        account.files -= 1
        if account.files < 0:
            raise TooMuchError(f"more than {self.limits.files} files of {account.owner}")
        with archive.open(member) as source:
            while chunk := source.read(min(MIB, most + 1 - target.tell())):
                account.bytes -= len(chunk)
                if account.bytes < 0:
                    raise TooMuchError(f"too much of {account.owner} once it is unpacked")
                target.write(chunk)
                if target.tell() > most:
                    raise TooMuchError(too_large(member.file_size, most))
        target.seek(0)


def _expect_notebook(name: str) -> None:
    if name.lower().endswith(_OTHER_ARCHIVES):
        raise ValueError("only zip files are opened; unpack it, and put the folder in its place")
    if not is_platforms_own(name):
        raise ValueError("it is no notebook (.ipynb)")


def _is_hidden(name: str) -> bool:
    return name in _NOT_FILES or (name.startswith(".") and name != "..")
