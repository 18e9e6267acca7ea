"""The folder of files between the grader and one kernel."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autograder.sandbox.temporary import own_folder
from autograder.sandbox.userns import HOST_USER


def private_folder() -> Path:
    """A new folder with a short path, for the sockets between the grader and one kernel."""
    folder = Path(tempfile.mkdtemp(dir=own_folder()))
    sockets(folder).mkdir()
    hand_over(sockets(folder))
    return folder


def sockets(private: Path) -> Path:
    """The part of the private folder into which the kernel writes; the rest it only reads."""
    return private / "s"


def hand_over(path: Path) -> None:
    """Let the kernel have it, where it belongs to another user than the grader."""
    if os.getuid() == 0:
        os.chown(path, HOST_USER, HOST_USER)
