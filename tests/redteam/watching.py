"""Runs a command over a class and watches it: memory by role, what it says, what it leaves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

INTERVAL = 0.2  # seconds; what is read is a high-water mark, so a short peak is not missed
PATIENCE = 3 * 3600.0
#: Where a submission could plant something for those after it.
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/etc", "/usr", str(Path.home()))


@dataclass
class Run:
    """One command over a class.

    Attributes
    ----------
    peaks : dict of str to float
        MiB at most, of the command and of its largest worker; kernels are not among them.
    left : list of str
        Processes and files of submissions that were there after its end.
    """

    said: str
    code: int
    seconds: float
    peaks: dict[str, float] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def watch(command: list[str], cwd: Path, environment: dict[str, str], marks: Iterable[str]) -> Run:
    """Run a command to its end."""
    peaks: dict[str, float] = {}
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            look(watched, peaks)
            if time.monotonic() - started > PATIENCE:
                process.kill()
            time.sleep(INTERVAL)
        file.seek(0)
        said = file.read()
    seconds = time.monotonic() - started
    return Run(said, process.returncode, seconds, peaks, [*left_processes(marks), *left_files()])


def together(runs: list[Run]) -> Run:
    """Several commands as one."""
    peaks: dict[str, float] = {}
    for run in runs:
        for role, peak in run.peaks.items():
            peaks[role] = max(peaks.get(role, 0.0), peak)
    return Run(
        said="\n".join(run.said for run in runs),
        code=max(run.code for run in runs),
        seconds=sum(run.seconds for run in runs),
        peaks=peaks,
        left=[line for run in runs for line in run.left],
    )


def look(command: psutil.Process, peaks: dict[str, float]) -> None:
    """Note how much memory the command and its workers had at most so far."""
    _note(peaks, "command", command.pid)
    with contextlib.suppress(psutil.Error):
        for child in command.children():
            # Workers are forked by this process of multiprocessing; kernels are not below it.
            if any("multiprocessing.forkserver" in part for part in child.cmdline()):
                for worker in child.children():
                    _note(peaks, "worker", worker.pid)


def _note(peaks: dict[str, float], role: str, pid: int) -> None:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        peaks[role] = max(peaks.get(role, 0.0), int(peak.split()[1]) / 1024)


def left_processes(marks: Iterable[str]) -> list[str]:
    """Command lines of the submissions' processes that still run; they are ended."""
    wanted, found = set(marks), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if wanted & set(line):
                    found.append(" ".join(line))
                    os.kill(int(entry.name), signal.SIGKILL)
    return found


def left_files() -> list[str]:
    """Files that submissions planted on this machine: all are called so."""
    return [
        str(path)
        for place in SHARED
        for path in Path(place).glob("kdlab-planted*")
    ]
