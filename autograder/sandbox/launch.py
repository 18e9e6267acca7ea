"""How a kernel's process is started: in bubblewrap, or as a plain process."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import bubblewrap, cgroup, limits, view
from autograder.sandbox.forks import Forks, pair
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.private import sockets
from autograder.sandbox.settings import Sandbox
from autograder.sandbox.userns import user_namespace

_ENTER = "import sys; sys.path.insert(0, sys.argv[1]); from inside.enter import main; main()"


@dataclass(frozen=True)
class Launch:
    """How to start one process.

    Attributes
    ----------
    channel : socket, optional
        To be given to the zygote once the process is started.
    """

    command: list[str]
    environment: Mapping[str, str]
    cwd: str
    descriptors: tuple[int, ...] = ()
    channel: socket.socket | None = None


@contextmanager
def in_bubblewrap(
    command: list[str],
    sandbox: Sandbox,
    mounts: Mounts,
    private: Path,
    working_folder: Path,
    zygote: Forks | None = None,
) -> Iterator[Launch]:
    """A launch inside bubblewrap, valid until the context ends."""
    furnished = view.furnish(sandbox, mounts, private, sockets(private), working_folder)
    root = os.getuid() == 0
    orders: dict[str, object] = {
        "limits": limits.rlimits(sandbox, own_count=limits.counts_apart()),
        "copy": {"source": view.SUBMISSION, "target": view.WORKING_FOLDER},
        "user": bubblewrap.STUDENT if root else None,
    }
    with ExitStack() as stack:
        userns = stack.enter_context(user_namespace()) if root else None
        line = bubblewrap.command(bubblewrap.program(), furnished, userns)
        descriptors = () if userns is None else (userns,)
        channel = None
        if zygote is not None:
            channel, theirs = pair()
            stack.enter_context(theirs)
            orders["channel"] = theirs.fileno()
            line = [*zygote.below(), *line]
            descriptors = (*descriptors, theirs.fileno(), zygote.userns)
        grouped = cgroup.available()
        if grouped:
            line = [*cgroup.scope(sandbox.memory, sandbox.processes), *line]
        yield Launch(
            command=[*line, *_enter(view.RUN, orders), *command],
            # Almost empty: what bubblewrap is started with can be read inside.
            environment=cgroup.environment() if grouped else {},
            cwd="/",
            descriptors=descriptors,
            channel=channel,
        )


@contextmanager
def in_process(
    command: list[str], sandbox: Sandbox, mounts: Mounts, working_folder: Path
) -> Iterator[Launch]:
    """A launch as an ordinary process, with limits where the system has them."""
    line = list(command)
    if sys.platform != "win32":
        orders = {
            "limits": limits.rlimits(sandbox, own_count=False),
            "copy": None,
            "user": None,
        }
        line = [*_enter(str(Path(__file__).parent), orders), *command]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    yield Launch(line, kept | dict(mounts.environment), str(working_folder))


# A plain process shares the grader's home and system; the rest of the environment may hold secrets.
KEPT = (
    "HOME",
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "SYSTEMROOT",
    "USERPROFILE",
    "TEMP",
    "TMP",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
)


def _enter(folder: str, orders: Mapping[str, object]) -> list[str]:
    """The command line of ``inside.enter``, where ``folder`` holds it."""
    return [sys.executable, "-I", "-S", "-c", _ENTER, folder, json.dumps(orders)]
