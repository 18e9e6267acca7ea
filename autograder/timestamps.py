"""When something was handed in, as people and programs write it.

``timestamp.txt`` beside a submission comes from nbgrader, from a platform or from a person's
editor; nbgrader itself reads it in the machine's own encoding and takes a zone that it does not
know for UTC, without a word.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.errors import UsageError
from autograder.terminal import printable
from autograder.text_encoding import decoded

#: Names of zones that mean one offset alone; CST, IST or BST are several places'.
_ZONES = {"KST": "Asia/Seoul", "UTC": "UTC", "GMT": "UTC", "Z": "UTC"}
_KOREA = "Asia/Seoul"
_MORNING, _AFTERNOON = ("오전", "AM"), ("오후", "PM")
_TIME = re.compile(
    r"""(?P<year>\d{4})\s*[-./년]\s*(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})\s*[.일]?
        [\sT,]\s*
        (?:(?P<half>오전|오후)\s*)?
        (?P<hour>\d{1,2})\s*(?:시|[:시]\s*(?P<minute>\d{1,2}))
        (?:\s*[:분]\s*(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?)?\s*[분초]?
        \s*(?P<latin>[AaPp]\.?[Mm]\b\.?)?
        \s*\(?(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Za-z][A-Za-z_]*(?:[/_+-][A-Za-z0-9_+-]+)*)?\)?
    """,
    re.VERBOSE,
)
_LONGEST = 100  # characters; no time has more
EXAMPLE = "2026-03-01 23:59+09:00"


def read_time(text: str, *, zone: str = "") -> datetime:
    """A time, in UTC.

    Parameters
    ----------
    text : str
        ISO 8601, ``2026-03-01 오후 11:59 KST``, ``2026년 3월 1일 23시 59분 Asia/Seoul`` ...
    zone : str
        Of a time that names none; empty: such a time is refused.

    Raises
    ------
    ValueError
        If it is no time, or its zone is none or not told.
    """
    text = text.strip()
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return when.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # what is not ISO 8601
    found = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError(f"{printable(text[:_LONGEST])!r} is no time with a zone")
    named = found["zone"] or zone
    if not named:
        raise ValueError(f"{printable(text)!r} is no time with a zone")
    year, month, day, minute, second = (
        int(found[part] or 0) for part in ("year", "month", "day", "minute", "second")
    )
    microsecond = int((found["part"] or "0")[:6].ljust(6, "0"))
    try:
        when = datetime(year, month, day, _hour(found), minute, second, microsecond)
        return _in_utc(when, named)
    except (ValueError, KeyError, OSError, OverflowError) as error:
        reason = f"the zone {named!r} is not known" if "zone" in str(error).lower() else str(error)
        raise ValueError(f"{printable(text)!r} is no time with a zone ({reason})") from None


def _hour(found: re.Match[str]) -> int:
    """Of 24, from one of 12 with its half of the day."""
    hour = int(found["hour"])
    half = found["half"] or (found["latin"] or "").upper().replace(".", "")
    if not half:
        return hour
    if not 1 <= hour <= 12 and not (half in _MORNING and hour == 0):
        raise ValueError(f"there is no hour {hour} in {half}")
    return hour % 12 + (12 if half in _AFTERNOON else 0)


def _in_utc(when: datetime, zone: str) -> datetime:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        aware = datetime.fromisoformat(f"{when.isoformat()}{zone[0]}{digits[:2]}:{digits[2:]}")
        return aware.astimezone(UTC)
    return when.replace(tzinfo=ZoneInfo(_ZONES.get(zone.upper(), zone))).astimezone(UTC)


def timestamp_in(folder: str | Path) -> datetime | None:
    """When the submission in a folder was handed in, as `read_timestamp` reads it.

    In place of ``CourseDirectory.get_existing_timestamp``, which reads in the machine's own
    encoding and takes zones that it does not know for UTC.
    """
    return read_timestamp(Path(folder, "timestamp.txt"))


def read_timestamp(path: Path) -> datetime | None:
    """The time in a file ``timestamp.txt``, in UTC and without a zone, as nbgrader keeps it.

    One without a zone is in UTC, since nbgrader writes it so; with 오전 or 오후, which no program
    writes in UTC, it is Korea's. None if the file is empty, or not there.

    Raises
    ------
    UsageError
        If there is no time in it.
    """
    try:
        text = decoded(path.read_bytes()).strip(" \t\r\n\0")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    if not text:
        return None
    korean = any(half in text for half in ("오전", "오후"))
    try:
        return read_time(text, zone=_KOREA if korean else "UTC").replace(tzinfo=None)
    except ValueError as error:
        where = f"{path.parent.name}/{path.name}"
        raise UsageError(f"{where}: {error}. Write it like {EXAMPLE}.") from None
