"""What a zip file says of itself, read before `zipfile` believes it, and the same on every Python.

Of a name, Python 3.12 and later takes the Unicode Path field where there is one, others do not. So
the bytes of the name are taken here, as they stand in the archive, and the field is read here.
"""

from __future__ import annotations

import os
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO

from autograder.text_encoding import OEM, encoding_of

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
#: The record at the end of an archive, and what precedes it in a large one.
_END, _END_SIZE, _LARGE, _LARGE_SIZE = b"PK\5\6", 22, b"PK\6\7", 20 + 56


def length_of_list(file: IO[bytes]) -> int:
    """Bytes of an archive's list of files, as its end says; `zipfile` reads as many at once."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - 2**16 - _LARGE_SIZE))
    tail = file.read()
    has_comment = tail[-2:] != b"\0\0" or not tail[-_END_SIZE:].startswith(_END)
    at = tail.rfind(_END) if has_comment else len(tail) - _END_SIZE
    if at >= _LARGE_SIZE and tail[at - 20 : at].startswith(_LARGE):
        return int.from_bytes(tail[at - _LARGE_SIZE + 40 :][:8], "little")
    return int.from_bytes(tail[at + 12 :][:4], "little") if at >= 0 else 0


def composed(name: str) -> str:
    """A name with its letters in one piece each; macOS takes Hangul apart."""
    return unicodedata.normalize("NFC", name)


def encoding_of_names(members: Iterable[zipfile.ZipInfo]) -> str:
    """The encoding of all names of an archive that do not tell theirs."""
    untold = (_raw(member) for member in members if _told(member) is None)
    return encoding_of(b"\n".join(untold), OEM)


def parts_of(member: zipfile.ZipInfo, encoding: str) -> tuple[str, ...]:
    """A member's name as folders and file.

    Parameters
    ----------
    member : ZipInfo
    encoding : str
        From `encoding_of_names`, of the whole archive.
    """
    name = _told(member)
    if name is None:
        name = _raw(member).decode(encoding, "replace")
    name = composed(name.partition("\0")[0]).replace("\\", "/")
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _raw(member: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that does not say to be UTF-8: `zipfile` has read them as CP437."""
    return member.orig_filename.encode("cp437", "replace").partition(b"\0")[0]


def _told(member: zipfile.ZipInfo) -> str | None:
    """The name where the archive says how to read it."""
    if member.flag_bits & _UTF8_FLAG:
        return member.orig_filename
    return _unicode_path(member.extra, zlib.crc32(_raw(member)))


def _unicode_path(extra: bytes, checksum: int) -> str | None:
    """The name in a Unicode Path field, as WinZip and WinRAR write it, if it is of this name."""
    while len(extra) >= 4:
        kind = int.from_bytes(extra[:2], "little")
        length = int.from_bytes(extra[2:4], "little")
        content, extra = extra[4 : 4 + length], extra[4 + length :]
        is_of_it = content[:1] == b"\1" and int.from_bytes(content[1:5], "little") == checksum
        if kind == _UNICODE_PATH and is_of_it and len(content) > 5:
            try:
                return content[5:].decode()
            except UnicodeDecodeError:
                return None
    return None
