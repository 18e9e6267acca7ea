"""What a zip file says of itself, read before `zipfile` believes it."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from typing import IO

_UTF8_FLAG = 0x800
#: How programs in Korea write names without saying so; cp437 is what the format says.
_ENCODINGS = ("utf-8", "cp949")
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


def parts_of(member: zipfile.ZipInfo) -> tuple[str, ...]:
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
    name = composed(name).replace("\\", "/")
    return tuple(part for part in name.split("/") if part not in ("", "."))
