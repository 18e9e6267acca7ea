"""Limits that the kernel of the operating system enforces for each process (``setrlimit``)."""

from __future__ import annotations

import os

import psutil

from autograder.sandbox.settings import Sandbox

# Address space that is counted as data but not used: mostly the stacks of the threads, 8 MiB each.
UNUSED_DATA = 2 * 2**30


def rlimits(sandbox: Sandbox, own_count: bool) -> dict[str, int]:
    """The limits by name, such as ``{"NOFILE": 1024}``.

    Parameters
    ----------
    sandbox : Sandbox
    own_count : bool
        Whether only the sandbox's processes are counted, and not all of this user.
    """
    return {
        "NPROC": sandbox.processes + (0 if own_count else tasks_of_this_user()),
        # Not RLIMIT_AS: CUDA reserves more addresses than any machine has memory.
        "DATA": sandbox.memory + UNUSED_DATA,
        "NOFILE": sandbox.open_files,
        "CPU": sandbox.cpu_seconds,
        "FSIZE": sandbox.file_size,
        "CORE": 0,
    }


def counts_apart() -> bool:
    """Whether this system counts the processes of each user namespace apart (Linux 5.14)."""
    release = os.uname().release.split(".")
    return (int(release[0]), int(release[1].split("-")[0])) >= (5, 14)


def tasks_of_this_user() -> int:
    """Processes and threads that this user runs already: they count against the limit too."""
    user = os.getuid()
    total = 0
    for process in psutil.process_iter():
        try:
            if process.uids().real == user:
                total += process.num_threads()
        except psutil.Error:
            continue
    return total
