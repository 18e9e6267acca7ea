"""Temporary folders that do not outlive us, even if we are killed.

Every process has one folder for all of its temporary files, named after the process. What a killed
process left is removed by the next one that asks.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from functools import lru_cache
from multiprocessing.util import Finalize
from pathlib import Path

import psutil

from autograder.errors import GraderError

#: Characters of the place where temporary files go, at most: the address of a socket has 107, and
#: that of multiprocessing lies two folders deeper.
LONGEST = 44
_NAME = re.compile(r"kdlab-(\d+)-(\d+)-(\d+)")


def own_folder() -> Path:
    """This process's folder for temporary files; it goes when the process ends."""
    return _folder_of(os.getpid())


@lru_cache(maxsize=1)
def _folder_of(pid: int) -> Path:  # of a forked child: another one
    folder = Path(_place(), f"kdlab-{os.getuid()}-{pid}-{_born(pid)}")
    folder.mkdir(mode=0o700, exist_ok=True)
    # Not in a forked child, and after what multiprocessing has in it: that goes at -100.
    Finalize(None, remove, args=(folder,), exitpriority=-200)
    sweep()
    return folder


def _place() -> str:
    for place in (tempfile.gettempdir(), "/tmp", os.environ.get("XDG_RUNTIME_DIR", "")):
        if place and len(os.fsencode(place)) <= LONGEST and os.access(place, os.W_OK):
            return place
    raise GraderError(
        f"No folder for temporary files with a path of at most {LONGEST} characters can be written"
        f" to: TMPDIR={tempfile.gettempdir()!r}. Set TMPDIR to one."
    )


def sweep() -> None:
    """Remove what processes of ours that do not run any more have left."""
    for folder in Path(_place()).glob(f"kdlab-{os.getuid()}-*"):
        found = _NAME.fullmatch(folder.name)
        if found and _born(int(found[2])) != int(found[3]):
            remove(folder)


def _born(pid: int) -> int | None:
    """When a process was started; None if there is none. Numbers of processes are used again."""
    try:
        process = psutil.Process(pid)
        ended = process.status() == psutil.STATUS_ZOMBIE
        return None if ended else int(process.create_time())
    except psutil.NoSuchProcess:
        return None


def remove(folder: Path) -> None:
    """Remove a folder and all that is in it, as far as we may."""
    # Not shutil.rmtree: it gives up on the depths that hostile code can dig.
    subprocess.run(["rm", "-rf", "--", str(folder)], check=False)
