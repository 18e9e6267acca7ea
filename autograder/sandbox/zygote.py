"""The grader's side of the zygote: one process that has imported torch, forked for every kernel.

>>> zygote = running(sandbox, mounts)
>>> guardian = zygote.fork(channel, admit=lambda pid: None)
"""

from __future__ import annotations

import atexit
import collections
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from autograder.sandbox import bubblewrap, cgroup, shared, view
from autograder.sandbox.forks import Forks, pair
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.private import private_folder
from autograder.sandbox.settings import Sandbox, SandboxUnavailable

START_SECONDS = 120.0
_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from inside.zygote import main; main()"


class Zygote(Forks):
    """A running zygote in a room without a submission; ends with this process.

    Raises
    ------
    SandboxUnavailable
        If it cannot be started here.
    """

    def __init__(self, sandbox: Sandbox, mounts: Mounts) -> None:
        self._said: collections.deque[bytes] = collections.deque(maxlen=64)
        private = private_folder()
        control, theirs = pair()
        try:
            line = _command(sandbox, mounts, private, theirs.fileno())
            self._keeper = threading.Thread(target=self._keep, args=(line, theirs), daemon=True)
            self._keeper.start()
            super().__init__(control, self._wait_until_ready(control))
            control.setblocking(True)  # also for whoever borrows it
        except BaseException:
            control.close()
            raise
        finally:
            shutil.rmtree(private, ignore_errors=True)  # its mounts have what they need of it

    def _keep(self, line: list[str], theirs: socket.socket) -> None:
        """Start it and stay: it dies with the thread that started it, not with the process."""
        with theirs:
            process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=cgroup.environment(),
                cwd="/",
                pass_fds=(theirs.fileno(),),
            )
        assert process.stdout is not None
        with process:
            for words in process.stdout:
                self._said.append(words)

    def _wait_until_ready(self, control: socket.socket) -> int:
        control.settimeout(START_SECONDS)
        try:
            said, given, _, _ = socket.recv_fds(control, 100, 1)
        except OSError as error:
            raise SandboxUnavailable(f"No process to fork kernels from: {error}.") from error
        if not said:
            self._keeper.join(1)
            raise SandboxUnavailable(f"No process to fork kernels from: {self.last_words}")
        return given[0]

    @property
    def last_words(self) -> str:
        """The end of what it and its forks wrote before they were kernels: their errors."""
        return b"".join(self._said).decode(errors="replace")[-2000:].strip()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._keeper.is_alive()


def _without_submission(mounts: Mounts) -> Mounts:
    """What the kernels to be forked have in common."""
    return Mounts(
        environment=mounts.environment,
        packages=mounts.packages,
        hidden_modules=mounts.hidden_modules,
        private=mounts.private,
    )


def _command(sandbox: Sandbox, mounts: Mounts, private: Path, control: int) -> list[str]:
    """The command line of a zygote that talks at that descriptor."""
    furnished = view.furnish(sandbox, _without_submission(mounts), private)
    line = bubblewrap.command_for_zygote(bubblewrap.program(), furnished, os.getuid() == 0)
    if cgroup.available():
        line = [*cgroup.scope_without_limits(), *line]
    return [*line, sys.executable, "-P", "-c", _MAIN, view.RUN, str(control), *mounts.imports]


# What this process forks its kernels for, and from; or why it does not.
_current: tuple[str, Forks | SandboxUnavailable] | None = None
_lock = threading.Lock()


def running(sandbox: Sandbox, mounts: Mounts) -> Forks | None:
    """The zygote for such kernels, borrowed or started if need be.

    None where kernels start by themselves.
    """
    global _current
    if not sandbox.fork or not mounts.imports:
        return None
    purpose = purpose_of(sandbox, mounts)
    with _lock:
        if _current is None or _current[0] != purpose or _has_died(_current[1]):
            end()
            _current = purpose, shared.borrow(purpose) or _start(sandbox, mounts)
        found = _current[1]
        return found if isinstance(found, Forks) else None


def purpose_of(sandbox: Sandbox, mounts: Mounts) -> str:
    """What a zygote is for: kernels that agree in this can be forked from the same one."""
    seen = (mounts.packages, mounts.hidden_modules, mounts.private, sandbox.read_only)
    parts = (mounts.imports, view.environment(mounts), *map(list, seen))
    return json.dumps(parts, sort_keys=True)


def _has_died(found: Forks | SandboxUnavailable) -> bool:
    return isinstance(found, Forks) and not found.alive


def _start(sandbox: Sandbox, mounts: Mounts) -> Zygote | SandboxUnavailable:
    try:
        return Zygote(sandbox, mounts)
    except SandboxUnavailable as error:
        sandbox.log.info("Every kernel imports torch itself. %s", error)
        return error


def why_not() -> str | None:
    """Why the kernels of this process are not forked; None if nothing went wrong."""
    found = _current[1] if _current is not None else None
    if isinstance(found, Forks):
        return found.failure
    return None if found is None else str(found)


@atexit.register
def end() -> None:
    """Let the zygote of this process end."""
    global _current
    if _current is not None and isinstance(_current[1], Forks):
        _current[1].end()
    _current = None


def _forget() -> None:
    """In a fork of the grader, which has to have its own zygote: this one ends with its parent."""
    global _lock
    _lock = threading.Lock()  # another thread may have had it
    end()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
