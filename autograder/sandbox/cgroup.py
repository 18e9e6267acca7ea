"""A control group for each kernel, where systemd gives one (Linux desktops and servers do).

Only a control group counts memory and processes together without anybody looking; where there is
none, ``watch`` looks. Containers, macOS and Windows have none to give.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

# What an ordinary user's systemd is reached by.
BUS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
BUBBLEWRAPS_OWN = 8  # processes that are not the student's
_HIERARCHY = Path("/sys/fs/cgroup")
_READ = "cd /sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup) && cat memory.max pids.max"


def scope(memory: int, processes: int) -> list[str]:
    """The beginning of a command line whose processes get a control group with these limits."""
    limits = {"MemoryMax": memory, "MemorySwapMax": 0, "TasksMax": processes + BUBBLEWRAPS_OWN}
    line = scope_without_limits()
    for name, value in limits.items():
        line += ["--property", f"{name}={value}"]
    return line


def scope_without_limits() -> list[str]:
    """The same for processes that are later moved to such a group, by a user who may only then."""
    line = ["systemd-run", "--scope", "--quiet", "--collect"]
    return line if os.getuid() == 0 else [*line, "--user"]


def move(process: int, beside: int) -> None:
    """Put a process into the control group of another one."""
    for line in Path(f"/proc/{beside}/cgroup").read_text().splitlines():
        if line.startswith("0::/"):
            place = _HIERARCHY / line.removeprefix("0::/") / "cgroup.procs"
            place.write_text(str(process))


def environment() -> dict[str, str]:
    """What ``scope`` needs of this process's environment: two addresses, no secrets."""
    return {name: os.environ[name] for name in BUS if name in os.environ}


@functools.cache
def available() -> bool:
    """Whether such limits are really in force on this host, tried out."""
    if shutil.which("systemd-run") is None:
        return False
    memory, processes = 2**26, 50
    try:
        done = subprocess.run(
            [*scope(memory, processes), "sh", "-c", _READ],
            env={"PATH": os.defpath, **environment()},
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.split() == [str(memory), str(processes + BUBBLEWRAPS_OWN)]
