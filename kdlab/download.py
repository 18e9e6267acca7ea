"""Download one file: mirrors in turn, resumed where it broke off, checked before it gets its name.

>>> download(["https://a.example/f.tar.gz", "https://b.example/f.tar.gz"], Path("f.tar.gz"), md5)
"""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import sys
import threading
import urllib.error
import urllib.request
import urllib.response
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from kdlab.errors import DownloadError
from labkit.storage import locked

PATIENCE = 6.0  # seconds until a mirror must have answered: name look-up and connection included
STALL = 15.0  # seconds without a byte after which the connection counts as broken
RESUMES = 5  # how often a broken download goes on at the same mirror
BLOCK = 1 << 18

Response = http.client.HTTPResponse | urllib.response.addinfourl  # the latter of a file:// address


class _MirrorFailed(Exception):
    """This mirror did not give the file; the text says why."""


def download(urls: Sequence[str], target: str | Path, md5: str) -> Path:
    """Have `target` on disk, with the right content, or raise and leave nothing behind.

    A file that is there already is used if its md5 is right. An interrupted download (Ctrl-C, a
    killed process) keeps ``<target>.part``, and the next call goes on from there. Two processes
    share one download: the second waits for the first.

    Parameters
    ----------
    urls : sequence of str
        Mirrors with byte-identical copies, the best first.
    target : str or Path
        Where the file shall be.
    md5 : str
        What the file's md5 must be.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    DownloadError
        If no mirror gave the file, or it cannot be written; names each mirror and what it did.
    """
    target = Path(target)
    part = target.with_name(target.name + ".part")
    try:
        with locked(target):
            if target.exists() and md5_of(target) == md5:
                return target
            _try_mirrors(urls, part, target.name, md5)
            os.replace(part, target)
    except OSError as error:  # of the disk: what goes wrong in the network is _MirrorFailed
        part.unlink(missing_ok=True)
        raise DownloadError(
            f"{target} cannot be written: {error.strerror or error}. Free some space or choose "
            "another folder."
        ) from error
    except DownloadError as error:
        part.unlink(missing_ok=True)
        raise DownloadError(
            f"{error}\nCheck the connection, or put the file at {target.absolute()} yourself."
        ) from None
    return target


def md5_of(path: Path) -> str:
    """The md5 of a file; it tells damaged files, it does not protect against malice."""
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _try_mirrors(urls: Sequence[str], part: Path, name: str, md5: str) -> None:
    failures = []
    for url in urls:
        try:
            _fetch_and_check(url, part, name, md5)
            return
        except _MirrorFailed as failure:
            failures.append(f"  {url}: {failure}")
    raise DownloadError("\n".join([f"{name} could not be downloaded. Tried:", *failures]))


def _fetch_and_check(url: str, part: Path, name: str, md5: str) -> None:
    """Complete `part` from one mirror and check it; a file that is wrong is removed."""
    resumed = part.exists()
    _fetch(url, part, name)
    got = md5_of(part)
    if got == md5:
        return
    size = part.stat().st_size
    with open(part, "rb") as file:
        is_page = file.read(256).lstrip()[:1] == b"<"
    part.unlink()
    if resumed:  # the beginning may be to blame, which another mirror or an old try left behind
        return _fetch_and_check(url, part, name, md5)
    what = "a web page instead of the file" if is_page else "a wrong or damaged file"
    raise _MirrorFailed(f"sent {what} ({size:,} bytes, md5 {got}; it should be {md5})")


def _fetch(url: str, part: Path, name: str) -> None:
    """Download into `part`, going on after a break as long as each try brings something."""
    for _ in range(1 + RESUMES):
        before = _size(part)
        try:
            _fetch_once(url, part, name)
            return
        except _MirrorFailed:
            if _size(part) <= before:
                raise
    raise _MirrorFailed(f"broke off {1 + RESUMES} times, last after {_size(part):,} bytes")


def _fetch_once(url: str, part: Path, name: str) -> None:
    have = _size(part)
    response = _open(url, have)
    if response is None:  # nothing after what we have
        return
    with response:
        if response.status != 206:  # the whole file, whatever we asked for
            have = 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with (
            open(part, "r+b" if have else "wb") as file,
            tqdm(
                desc=f"Downloading {name}",
                total=total,
                initial=have,
                unit="B",
                unit_scale=True,
                file=sys.stdout,
                mininterval=0.5,
            ) as progress,
        ):
            file.seek(have)
            while block := _read(response):
                file.write(block)
                progress.update(len(block))
            file.flush()
            os.fsync(file.fileno())
    if total is not None and _size(part) < total:
        raise _MirrorFailed(f"broke off after {_size(part):,} of {total:,} bytes")


def _open(url: str, have: int) -> Response | None:
    """Ask for the file from byte `have` on; None if it has no more bytes.

    In a thread, because looking up a name without a network can take a minute, and no timeout of
    Python's covers that.
    """
    answers: queue.Queue[Response | Exception] = queue.Queue()

    def ask() -> None:
        headers = {"User-Agent": "kdlab", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        try:
            request = urllib.request.Request(url, headers=headers)
            answers.put(urllib.request.urlopen(request, timeout=STALL))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except queue.Empty:
        raise _MirrorFailed(f"no answer within {PATIENCE:g} seconds") from None
    if isinstance(answer, urllib.error.HTTPError):
        answer.close()
        if answer.code == 416 and have:
            return None
        raise _MirrorFailed(f"answered {answer.code} {answer.reason}")
    if isinstance(answer, Exception):
        raise _MirrorFailed(str(getattr(answer, "reason", answer)))
    return answer


def _read(response: Response) -> bytes:
    try:
        return response.read(BLOCK)
    except http.client.IncompleteRead as error:
        return error.partial  # the next read ends, and the length shows what is missing
    except (OSError, http.client.HTTPException) as error:
        raise _MirrorFailed(f"broke off: {error}") from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
