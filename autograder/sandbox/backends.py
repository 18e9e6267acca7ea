"""Which backend this host has for kernels, and what it lacks for the better one."""

from __future__ import annotations

import errno
import functools
import os
import platform
import shutil
import subprocess
import sys

from autograder.sandbox.launch import in_bubblewrap
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.private import private_folder, sockets
from autograder.sandbox.settings import Sandbox, SandboxRefused, SandboxUnavailable

TRIES = 3
#: What bubblewrap says of this moment, not of this host.
_PASSING = ("Out of memory", *map(os.strerror, (errno.EAGAIN, errno.ENOMEM, errno.EMFILE)))


def choose(sandbox: Sandbox) -> str:
    """The backend for this host: ``"bubblewrap"`` or ``"process"``.

    Raises
    ------
    SandboxUnavailable
        If the configuration demands what this host does not have, or if it cannot be found out.
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
    """Why bubblewrap cannot be used on this host, and what to do; None if it can.

    Raises
    ------
    SandboxUnavailable
        If it cannot be found out. Nothing may run without a sandbox because an attempt was killed,
        or because the machine was short of memory at that moment.
    """
    if not sys.platform.startswith("linux"):
        return (
            f"The sandbox needs Linux, this is {platform.system()}."
            " Grade in a virtual machine, in WSL 2 or on a Linux server."
        )
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed. Install it: {_install_command()}"
    for _ in range(TRIES):
        try:
            return _refusal()
        except (OSError, subprocess.TimeoutExpired, SandboxUnavailable) as error:
            last = error
    raise SandboxUnavailable(
        f"bubblewrap is installed, but {TRIES} attempts to use it came to nothing:"
        f" {str(last).rstrip('.')}. Run `autograder selfcheck`."
        " c.Sandbox.backend = 'process' does without it, and isolates nothing."
    ) from last


def _refusal() -> str | None:
    """What bubblewrap has against this host, after an attempt; None if it works."""
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
    except SandboxRefused as error:
        return f"bubblewrap does not work here: {error}"
    finally:
        shutil.rmtree(private, ignore_errors=True)
    if done.returncode == 0:
        return None
    complaint = done.stderr.strip()
    if not complaint.startswith("bwrap: ") or any(text in complaint for text in _PASSING):
        raise SandboxUnavailable(f"exit status {done.returncode}, {complaint or 'without a word'}")
    return _explain(complaint)


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
