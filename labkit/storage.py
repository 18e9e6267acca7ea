"""Files that are either whole or not there, also with two writers and a full disk.

>>> with locked(path):
...     with atomic_write(path) as partial:
...         partial.write_bytes(b"...")
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

PATIENCE = 3.0  # seconds of waiting for another process before we say so


@contextlib.contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it there when the block ends well.

    Readers see the old file or the new one, never a part. On any exception (a full disk, an
    interrupt) the temporary file is removed and what stood at `path` stays.

    Parameters
    ----------
    path : str or Path
        Where the file shall be. Its folder is made if it is missing.

    Yields
    ------
    Path
        Where to write. On the same file system as `path`, so that the move is atomic.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield partial
        _flush(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; it becomes `path` when the block ends well.

    Parameters
    ----------
    path : str or Path
        Where the folder shall be. One that is there is replaced.

    Yields
    ------
    Path
        An empty folder to fill.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    partial.mkdir(parents=True)
    try:
        yield partial
        if path.exists():
            shutil.rmtree(path)
        os.replace(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def locked(path: str | Path) -> Iterator[None]:
    """Hold the lock of `path`: of two processes that build the same file, one does, one waits.

    The lock belongs to the operating system, so it is free again when its holder dies.

    Parameters
    ----------
    path : str or Path
        The file that is about to be made. The lock is the file ``<path>.lock`` beside it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        print(f"Another process is preparing {path.name}; waiting for it ...", flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _flush(path: Path) -> None:
    """Bring the file to the disk before it gets its name: a power cut must not leave it empty."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
