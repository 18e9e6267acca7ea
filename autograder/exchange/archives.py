"""The files in a folder of downloads and in its zip files, read with care.

Nothing is unpacked to where a name in an archive says. Whoever made the archive may be a student:
sizes are counted while reading, links and names that climb out of their folder are left out, and
one bad archive does not keep the others from being read.
"""

from __future__ import annotations

import io
import lzma
import os
import stat
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.repair.find import LARGEST

_MIB = 2**20
#: What can be wrong with an archive, as `zipfile` says it.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
            NotImplementedError, RuntimeError)  # fmt: skip
_OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg")
_NOT_FILES = ("__MACOSX", ".ipynb_checkpoints", "__pycache__")
_PASSWORD_FLAG, _UTF8_FLAG = 0x1, 0x800
#: How programs in Korea write names without saying so; cp437 is what the format says.
_ENCODINGS = ("utf-8", "cp949")


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


@dataclass
class Limits:
    """How much is read; `archive` and `nested` count the bytes of all files that are unpacked."""

    file: int = LARGEST
    archive: int = 4096 * _MIB
    nested: int = 256 * _MIB
    files: int = 20_000
    depth: int = 3


class _TooMuchError(ValueError):
    """More than the limits allow."""


Tell = Callable[[str, str], None]  # where, and why it is left out


@dataclass
class Reader:
    """Reads what a folder of downloads holds.

    Parameters
    ----------
    wanted : callable
        Whether a file of this name is read.
    tell : callable
        Is told of everything that was left out.
    """

    wanted: Callable[[str], bool]
    tell: Tell
    limits: Limits

    def walk(self, folder: Path) -> Iterator[Entry]:
        """All wanted files, in the order of their names."""
        for place, folders, names in os.walk(folder, followlinks=False):
            here = Path(place)
            for name in sorted(folders):
                if (here / name).is_symlink():
                    self.tell(name, "it is a link")
            folders[:] = sorted(name for name in folders if not _is_hidden(name))
            for name in sorted(names):
                if not _is_hidden(name):
                    yield from self._file(here / name, folder)

    def _file(self, path: Path, folder: Path) -> Iterator[Entry]:
        parts = tuple(unicodedata.normalize("NFC", part) for part in path.relative_to(folder).parts)
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            self.tell(path.name, "it is a link, or no ordinary file")
        elif path.suffix.lower() == ".zip":
            with open(path, "rb") as file:
                yield from self._zip(file, (*parts[:-1], path.stem), [self.limits.archive], 1)
        elif self.wanted(path.name):
            if facts.st_size > self.limits.file:
                self.tell(path.name, _too_large(facts.st_size, self.limits.file))
            else:
                yield Entry(parts, time.localtime(facts.st_mtime)[:6], path.read_bytes())
        else:
            self._unknown(path.name)

    def _unknown(self, name: str) -> None:
        if name.lower().endswith(_OTHER_ARCHIVES):
            self.tell(name, "only zip files are opened; unpack it, and put the folder in its place")

    def _zip(
        self, file: IO[bytes], parts: tuple[str, ...], left: list[int], depth: int
    ) -> Iterator[Entry]:
        """The wanted files of an archive; `left` counts down what may still be unpacked."""
        where = "/".join(parts)
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                if len(members) > self.limits.files:
                    raise _TooMuchError(f"{len(members)} files, more than {self.limits.files}")
                for member in members:
                    yield from self._member(archive, member, parts, left, depth)
        except _DAMAGED as error:
            self.tell(f"{where}.zip", f"{error or type(error).__name__}")

    def _member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        left: list[int],
        depth: int,
    ) -> Iterator[Entry]:
        inner = _parts(member)
        where = "/".join((*parts, *inner))
        if member.is_dir() or not inner or any(map(_is_hidden, inner[:-1])):
            return
        if ".." in inner:
            self.tell(where, "its name leads out of the archive")
        elif _is_hidden(inner[-1]):
            return
        elif stat.S_ISLNK(member.external_attr >> 16):
            self.tell(where, "it is a link")
        elif member.flag_bits & _PASSWORD_FLAG:
            self.tell(where, "it has a password")
        elif inner[-1].lower().endswith(".zip"):
            yield from self._inner_zip(archive, member, (*parts, *inner), left, depth)
        elif self.wanted(inner[-1]):
            content = io.BytesIO()
            if self._unpack(archive, member, content, where, self.limits.file, left):
                yield Entry((*parts, *inner), member.date_time, content.getvalue())
        else:
            self._unknown(inner[-1])

    def _inner_zip(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        parts: tuple[str, ...],
        left: list[int],
        depth: int,
    ) -> Iterator[Entry]:
        where = "/".join(parts)
        if depth >= self.limits.depth:
            self.tell(where, f"archives in archives, deeper than {self.limits.depth}")
            return
        # What one student packed has a limit of its own, so that nobody uses up the class's.
        own = [self.limits.nested] if depth == 1 else left
        with tempfile.SpooledTemporaryFile(max_size=8 * _MIB) as file:
            if self._unpack(archive, member, file, where, self.limits.nested, left):
                yield from self._zip(file, (*parts[:-1], parts[-1][:-4]), own, depth + 1)

    def _unpack(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        target: IO[bytes],
        where: str,
        most: int,
        left: list[int],
    ) -> bool:
        """Copy a member as long as it keeps within the limits; whether it did."""
        try:
            with archive.open(member) as source:
                while chunk := source.read(min(_MIB, most + 1 - target.tell())):
                    left[0] -= len(chunk)
                    if left[0] < 0:
                        raise _TooMuchError("too much in one archive once it is unpacked")
                    target.write(chunk)
                    if target.tell() > most:
                        raise _TooMuchError(_too_large(member.file_size, most))
        except _DAMAGED as error:
            self.tell(where, f"{error or type(error).__name__}")
            return False
        target.seek(0)
        return True


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """A member's name as folders and file; in the encoding that it is really in."""
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in _ENCODINGS:
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _is_hidden(name: str) -> bool:
    return name in _NOT_FILES or (name.startswith(".") and name != "..")


def _too_large(size: int, most: int) -> str:
    return f"it has {size / _MIB:.0f} MiB; at most {most / _MIB:.0f} are read"
