"""The folder of files between the grader and one kernel."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autograder.sandbox.settings import SandboxUnavailable
from autograder.sandbox.userns import HOST_USER

# An address of a socket has at most 107 bytes; the folder's share of it.
LONGEST_FOLDER = 90


def private_folder() -> Path:
    """A new folder with a short path, for the sockets between the grader and one kernel."""
    for parent in (tempfile.gettempdir(), "/tmp", os.environ.get("XDG_RUNTIME_DIR", "")):
        if parent and len(os.fsencode(parent)) < LONGEST_FOLDER - 20 and os.access(parent, os.W_OK):
            folder = Path(tempfile.mkdtemp(prefix="kdlab-", dir=parent))
            sockets(folder).mkdir()
            hand_over(sockets(folder))
            return folder
    raise SandboxUnavailable(f"No folder with a short path can be written to: TMPDIR={parent!r}.")


def sockets(private: Path) -> Path:
    """The part of the private folder into which the kernel writes; the rest it only reads."""
    return private / "s"


def hand_over(path: Path) -> None:
    """Let the kernel have it, where it belongs to another user than the grader."""
    if os.getuid() == 0:
        os.chown(path, HOST_USER, HOST_USER)
