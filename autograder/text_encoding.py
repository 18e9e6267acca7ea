"""In which encoding people in Korea, and their guests, have saved a text that does not say so.

A few letters tell little: bytes of a German name are syllables of Hangul that nobody is called by.
So the question is asked of everything that was written in one go, a whole table or all names of an
archive, and never of one name.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from charset_normalizer import from_bytes

#: What Windows there calls "ANSI", and what it writes tables and names in zip files in.
KOREAN = "cp949"
#: What it is elsewhere in Europe: for tables, and for names in zip files.
ANSI, OEM = ("cp1252",), ("cp850", "cp437")
#: The syllables that Korean is written in nearly always. CP949 has 8,822 more, and their second
#: bytes are those of Latin letters, too.
_USUAL = "euc_kr"
#: Of the letters that are not ASCII, so many must be usual ones.
_SHARE = 0.5
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(raw: bytes, western: Sequence[str] = ANSI) -> str:
    """The encoding of a text.

    Parameters
    ----------
    raw : bytes
        As much as was written in one go.
    western : sequence of str
        What it may be if it is neither Unicode nor Korean.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    if b"\0" in raw:  # every other byte of Latin letters and commas in UTF-16
        return "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be"
    if _is(raw, "utf-8"):
        return "utf-8"
    if _is_korean(raw):
        return KOREAN
    found = from_bytes(raw, cp_isolation=list(western), threshold=1.0).best()
    return found.encoding if found else western[0]


def decoded(raw: bytes, western: Sequence[str] = ANSI) -> str:
    """The text, without a byte-order mark; bytes that are none in its encoding are shown as such.

    Never an error: whoever reads the text says what is wrong with it.
    """
    return raw.decode(encoding_of(raw, western), "replace").removeprefix("\ufeff")


def _is(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_korean(raw: bytes) -> bool:
    if not _is(raw, KOREAN):
        return False
    letters = [letter for letter in raw.decode(KOREAN) if not letter.isascii()]
    usual = sum("가" <= letter <= "힣" and _fits(letter) for letter in letters)
    return usual >= _SHARE * len(letters)


def _fits(letter: str) -> bool:
    try:
        return len(letter.encode(_USUAL)) == 2
    except UnicodeEncodeError:
        return False
