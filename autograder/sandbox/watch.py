"""Looks after the processes of one kernel, for what no limit of the operating system covers.

``setrlimit`` counts for each process alone, so many processes of modest size could still take all
memory. A control group counts them together; where there is none, this thread does.
"""

from __future__ import annotations

import contextlib
import stat
import threading
import time
from pathlib import Path

import psutil

INTERVAL = 0.25  # seconds; a process can write about 1 GiB of memory meanwhile
SECONDS_TO_DIE = 5.0
SECONDS_TO_CLEAR_AWAY = 1.0
# The kernel's five sockets, and as many again while they are made.
MOST_SOCKETS = 10


class Watch(threading.Thread):
    """Kills a kernel with all its processes if together they use too much.

    Parameters
    ----------
    pid : int
        The first process of the sandbox.
    memory, processes : int
        What all processes together may have.
    sockets : Path, optional
        The folder in which there may be nothing but sockets.
    guardian : int, optional
        The parent of a forked kernel. What such a kernel shares with the process that it was
        forked from counts in parts: less than if it had the same for itself.

    Attributes
    ----------
    excess : str or None
        What the kernel was killed for: ``"memory"``, ``"processes"`` or ``"files"``.
    """

    def __init__(
        self,
        pid: int,
        memory: int,
        processes: int,
        sockets: Path | None,
        guardian: int | None = None,
    ) -> None:
        super().__init__(name=f"watch-{pid}", daemon=True)
        self.excess: str | None = None
        self._first = psutil.Process(pid)
        self._seen: set[psutil.Process] = {self._first}
        self._guardian: psutil.Process | None = None
        if guardian is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._guardian = psutil.Process(guardian)
                self._seen.add(self._guardian)
        self._memory, self._processes, self._sockets = memory, processes, sockets
        self._enough = threading.Event()

    def run(self) -> None:
        """Look at the processes until they are gone or too much."""
        while not self._enough.wait(INTERVAL):
            family = self._family()
            if not family:
                return
            self.excess = self._too_much(family)
            if self.excess is not None:
                self._kill(spared=self._guardian)
                return

    def finish(self) -> bool:
        """Kill whatever is left, and wait until it is gone; False if something stays."""
        self._enough.set()
        if self.is_alive():
            self.join()
        started = time.monotonic()
        while self._family():
            waited = time.monotonic() - started
            if waited > SECONDS_TO_DIE:
                return False
            # The guardian clears away the kernel's number, and ends. Without it somebody else has
            # to, who may take seconds, and so long the room's first process stays.
            self._kill(spared=self._guardian if waited < SECONDS_TO_CLEAR_AWAY else None)
            time.sleep(0.005)
        return True

    def _family(self) -> set[psutil.Process]:
        """The processes that run now; one that lost its parent is known from before."""
        found: set[psutil.Process] = set()
        unseen = [process for process in self._seen if process.is_running()]
        while unseen:
            process = unseen.pop()
            if process not in found:
                found.add(process)
                unseen += _children(process)
        self._seen = {process for process in found if not _is_dead(process)}
        return self._seen

    def _too_much(self, family: set[psutil.Process]) -> str | None:
        if len(family) > self._processes:
            return "processes"
        # Proportional memory counts shared pages once, but is slow to find out.
        if _sum(family, "rss") > self._memory and _sum(family, "pss") > self._memory:
            return "memory"
        if self._sockets is not None and not _only_sockets(self._sockets):
            return "files"
        return None

    def _kill(self, spared: psutil.Process | None = None) -> None:
        for process in self._seen:
            if process != spared:
                with contextlib.suppress(psutil.Error):
                    process.kill()


def _children(process: psutil.Process) -> list[psutil.Process]:
    """Its children. Linux tells them; elsewhere every process of the machine is looked at."""
    try:
        tasks = list(Path(f"/proc/{process.pid}/task").iterdir())
        numbers = [number for task in tasks for number in (task / "children").read_text().split()]
    except OSError:  # not Linux, a kernel without these files, or a process that ended meanwhile
        try:
            return list(process.children())
        except psutil.Error:
            return []
    found = []
    for number in numbers:
        with contextlib.suppress(psutil.Error):
            found.append(psutil.Process(int(number)))
    return found


def _is_dead(process: psutil.Process) -> bool:
    """Whether nothing is left of it but its number, which its parent has to clear away."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def _sum(family: set[psutil.Process], what: str) -> int:
    total = 0
    for process in family:
        try:
            info = process.memory_info() if what == "rss" else process.memory_full_info()
            # Only Linux tells the proportional size; elsewhere shared pages count each time.
            total += getattr(info, what, info.rss)
        except psutil.Error:
            continue
    return total


def _only_sockets(folder: Path) -> bool:
    """Whether the folder holds nothing but the kernel's sockets and its connection file."""
    sockets = 0
    for path in folder.iterdir():
        try:
            about = path.lstat()
        except OSError:
            continue  # gone meanwhile
        if path.name == "kernel.json" and stat.S_ISREG(about.st_mode) and about.st_size < 2**16:
            continue
        sockets += 1
        if not stat.S_ISSOCK(about.st_mode) or sockets > MOST_SOCKETS:
            return False
    return True
