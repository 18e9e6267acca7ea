"""Promises about limits: running into one ends a cell or a kernel, never the host."""

from __future__ import annotations

import time

from traitlets.config import Config

from autograder.sandbox.selfcheck.promises import Broken, expect, promise, promise_of_its_own
from autograder.sandbox.selfcheck.trial import LIMITS, Trial, trial


@promise("open files are limited")
def open_files(trial: Trial) -> str:
    """Open files until it fails."""
    code = (
        "files = []\n"
        "try:\n"
        f"    while len(files) < {2 * LIMITS['open_files']}: files.append(open('/dev/null'))\n"
        "except OSError: pass\n"
        "count = len(files); del files; print(count)"
    )
    count = int(expect(trial.run(code), ""))
    if count >= LIMITS["open_files"]:
        raise Broken(f"{count} files were opened")
    return f"{count} of {LIMITS['open_files']}, some were open before"


@promise("the size of a file is limited")
def file_size(trial: Trial) -> str:
    """Write more than may be in one file."""
    reply = trial.run(f"open('large', 'wb').write(bytes({2 * LIMITS['file_size']}))")
    if not reply.error.startswith("OSError"):
        raise Broken(reply.error or "it could be written")
    expect(trial.run("import os; print(os.path.getsize('large')); os.remove('large')"), "")
    return reply.error.removeprefix("OSError: ")


@promise("the disk is limited")
def disk(trial: Trial) -> str:
    """Fill every writable place."""
    for place in ("~", "/tmp", "/dev/shm"):
        size = int(expect(trial.run(_FILL.format(place=place, limits=LIMITS)), ""))
        if size > LIMITS["disk"]:
            raise Broken(f"{size:,} bytes were written to {place}")
    return f"{size:,} bytes, then 'No space left on device'"


_FILL = """
import os
folder, size, names = os.path.expanduser({place!r}), 0, []
try:
    while size < 2 * {limits[disk]}:
        names.append(os.path.join(folder, f"fill-{{len(names)}}"))
        with open(names[-1], "wb", buffering=0) as file:
            size += file.write(bytes({limits[file_size]}))
except OSError:
    pass
for name in names:
    if os.path.exists(name):
        os.remove(name)
print(size)
"""


@promise("too large an allocation is an error in the cell, the kernel goes on")
def allocation(trial: Trial) -> str:
    """Ask for 100 GiB."""
    reply = trial.run("bytearray(100 * 2**30)")
    if not reply.error.startswith("MemoryError"):
        raise Broken(reply.error or "it was granted")
    expect(trial.run("print('alive')"), "alive")
    return "MemoryError"


@promise_of_its_own("processes are limited: a fork bomb fizzles out")
def processes(config: Config) -> str:
    """Let each process fork, over and over, and count them from outside."""
    with trial(config) as room:
        room.run(_FORK, seconds=1)
        most = 0
        for _ in range(10):
            most = max(most, len(room.processes()))
            time.sleep(0.1)
        if most > LIMITS["processes"]:
            raise Broken(f"{most} processes were running")
        if most < 10:
            raise Broken(f"{most} processes were running: the check itself is wrong")
    return f"{most} of {LIMITS['processes']}, the kernel's threads count too"


# 512 processes, where nothing stops it: enough to tell, and no harm done.
_FORK = """
import os, time
if os.fork() == 0:
    for _ in range(9):
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(30)
    os._exit(0)
"""


@promise_of_its_own("memory is limited, all processes together")
def memory(config: Config) -> str:
    """Let four processes take half of what is allowed, each."""
    with trial(config) as room:
        reply = room.run(_SHARE.format(share=LIMITS["memory"] // 2), seconds=30)
        if not reply.died:
            raise Broken(reply.text[-200:] or reply.error or "they took it")
        if room.excess != "memory":
            raise Broken(f"the kernel died, but not of memory: {room.excess}")
    return "the kernel was ended"


_SHARE = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        taken = bytearray(b"x" * {share})
        time.sleep(60)
        os._exit(0)
time.sleep(20)
print("four processes took {share:,} bytes each")
"""


@promise_of_its_own("CPU time is limited")
def cpu_time(config: Config) -> str:
    """Compute without end."""
    with trial(config, cpu_seconds=3) as room:
        reply = room.run("while True: pass", seconds=60)
        if not reply.died:
            raise Broken("it went on for a minute")
        if room.excess != "cpu_seconds":
            raise Broken(f"the kernel died, but not of its CPU time: {room.excess}")
    return "the kernel was ended after 3 s"
