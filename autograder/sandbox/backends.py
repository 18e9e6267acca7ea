"""How a kernel's process is started: in bubblewrap, or as a plain process."""

from __future__ import annotations

import functools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import bubblewrap, cgroup, limits, room
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.settings import Sandbox, SandboxUnavailable
from autograder.sandbox.userns import HOST_USER, user_namespace

# An address of a socket has at most 107 bytes; the folder's share of it.
LONGEST_FOLDER = 90


@dataclass(frozen=True)
class Launch:
    """How to start one process."""

    command: list[str]
    environment: Mapping[str, str]
    cwd: str
    descriptors: tuple[int, ...] = ()


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


@contextmanager
def in_bubblewrap(
    command: list[str], sandbox: Sandbox, mounts: Mounts, private: Path, working_folder: Path
) -> Iterator[Launch]:
    """A launch inside bubblewrap, valid until the context ends."""
    furnished = room.furnish(sandbox, mounts, private, sockets(private), working_folder)
    root = os.getuid() == 0
    orders = {
        "limits": limits.rlimits(sandbox, own_count=limits.counts_apart()),
        "copy": {"source": room.SUBMISSION, "target": room.WORKING_FOLDER},
        "user": bubblewrap.STUDENT if root else None,
    }
    with ExitStack() as stack:
        userns = stack.enter_context(user_namespace()) if root else None
        line = bubblewrap.command(_bwrap(), furnished, userns)
        grouped = cgroup.available()
        if grouped:
            line = [*cgroup.scope(sandbox.memory, sandbox.processes), *line]
        yield Launch(
            command=[*line, *_enter(room.ENTER, orders), *command],
            # Almost empty: what bubblewrap is started with can be read inside.
            environment=cgroup.environment() if grouped else {},
            cwd="/",
            descriptors=() if userns is None else (userns,),
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
        line = [*_enter(str(Path(__file__).with_name("enter.py")), orders), *command]
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


def choose(sandbox: Sandbox) -> str:
    """The backend for this host: ``"bubblewrap"`` or ``"process"``.

    Raises
    ------
    SandboxUnavailable
        If the configuration demands what this host does not have.
    """
    if sandbox.backend == "process":
        if sandbox.required:
            raise SandboxUnavailable(
                "c.Sandbox.required and c.Sandbox.backend = 'process' contradict each other:"
                " a plain process isolates nothing. Remove one of the two."
            )
        return "process"
    missing = what_is_missing()
    if missing is None:
        return "bubblewrap"
    if sandbox.required or sandbox.backend == "bubblewrap":
        raise SandboxUnavailable(f"Student code is not run without a sandbox. {missing}")
    _warn_once(sandbox, missing)
    return "process"


_warned: set[str] = set()


def _warn_once(sandbox: Sandbox, missing: str) -> None:
    if missing not in _warned:
        _warned.add(missing)
        sandbox.log.warning(
            "Student code runs WITHOUT a sandbox: it can read and change whatever you can. %s",
            missing,
        )


@functools.cache
def what_is_missing() -> str | None:
    """Why bubblewrap cannot be used on this host, and what to do; None if it can."""
    if not sys.platform.startswith("linux"):
        return (
            f"The sandbox needs Linux, this is {platform.system()}."
            " Grade in a virtual machine, in WSL 2 or on a Linux server."
        )
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed. Install it: {_install_command()}"
    private = private_folder()
    try:
        with in_bubblewrap(
            [sys.executable, "-I", "-S", "-c", ""], Sandbox(), Mounts(), private, sockets(private)
        ) as launch:
            done = subprocess.run(
                launch.command,
                env=dict(launch.environment),
                cwd=launch.cwd,
                pass_fds=launch.descriptors,
                capture_output=True,
                text=True,
                timeout=60,
            )
    except (OSError, subprocess.TimeoutExpired, SandboxUnavailable) as error:
        return f"bubblewrap does not work here: {error}"
    finally:
        shutil.rmtree(private, ignore_errors=True)
    return None if done.returncode == 0 else _explain(done.stderr.strip())


def _explain(complaint: str) -> str:
    """What bubblewrap's complaint asks of the person who runs the grader."""
    text = f"bubblewrap does not work here: {complaint}"
    if "Unknown option" in complaint:
        return f"{text} Version 0.8 or later is needed: {_install_command()}"
    if "uid map" in complaint or "No permissions to create new namespace" in complaint:
        return (
            f"{text} This system forbids user namespaces. Allow them:"
            " sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04),"
            " sudo sysctl -w kernel.unprivileged_userns_clone=1 (Debian 10),"
            " or start the container with --security-opt seccomp=unconfined."
        )
    if "mount proc" in complaint:
        return f"{text} In a container, start it with --security-opt systempaths=unconfined."
    return text


def _install_command() -> str:
    commands = {
        "apt-get": "sudo apt-get install bubblewrap",
        "dnf": "sudo dnf install bubblewrap",
        "pacman": "sudo pacman -S bubblewrap",
        "zypper": "sudo zypper install bubblewrap",
        "apk": "sudo apk add bubblewrap",
    }
    found = [line for program, line in commands.items() if shutil.which(program)]
    return found[0] if found else "see https://github.com/containers/bubblewrap"


def _bwrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(f"bubblewrap is not installed. Install it: {_install_command()}")
    return found


def _enter(script: str, orders: Mapping[str, object]) -> list[str]:
    return [sys.executable, "-I", "-S", script, json.dumps(orders)]
