"""Every text in a folder, as a student could read it: archives opened, notebooks cell by cell."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

_BINARY = frozenset((".png", ".jpg", ".gif", ".pdf", ".safetensors", ".npz", ".npy", ".woff2"))
_ARCHIVES = frozenset((".zip", ".whl"))
#: What may be a text in base64, such as something that was attached to a cell.
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{32,}={0,2}")


def texts(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each text in a folder, and its lines.

    Members of archives follow a ``!``, and so does what was written in base64.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for name, data in _opened(path.relative_to(folder).as_posix(), path.read_bytes()):
                lines = list(_lines(name, data))
                yield name, lines
                hidden = [line for text in _decoded(lines) for line in text.split("\n")]
                if hidden:
                    yield f"{name}!base64", hidden


def _opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if PurePosixPath(name).suffix not in _ARCHIVES:
        yield name, data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.endswith("/"):
                yield from _opened(f"{name}!{member}", archive.read(member))


def _lines(name: str, data: bytes) -> Iterable[str]:
    """The lines of a file that a person would read."""
    suffix = PurePosixPath(name).suffix
    if suffix in _BINARY:
        return []
    text = data.decode("utf-8-sig", "replace")
    if suffix in (".ipynb", ".json"):
        try:
            return [line for part in _strings(json.loads(text)) for line in part.split("\n")]
        except json.JSONDecodeError:
            pass
    return text.split("\n")


def _strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value; the lines of a cell's source join up."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    """Texts that stand in these lines in base64; pictures and weights are none."""
    for line in lines:
        for found in _BASE64.findall(line) if len(line) >= 32 and " " not in line[:32] else ():
            written = "".join(found.split())
            with_all = written[: len(written) // 4 * 4]
            try:
                text = base64.b64decode(with_all).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                continue
            if sum(sign.isprintable() or sign.isspace() for sign in text) == len(text):
                yield text
