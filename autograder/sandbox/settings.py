"""What a student's kernel may use: ``c.Sandbox.memory = 8 * 2**30`` and the others."""

from __future__ import annotations

import os
from typing import Any

from traitlets import Bool, Enum, Integer, List, Unicode, default
from traitlets.config import LoggingConfigurable

from autograder.errors import GraderError


class SandboxUnavailable(GraderError):
    """No kernel can be isolated here as the configuration demands, or could be at that moment."""


class SandboxRefused(SandboxUnavailable):
    """This host never isolates a kernel, however often one tries."""


class Sandbox(LoggingConfigurable):
    """The limits of a student's kernel, all its processes together unless said otherwise."""

    required: Any = Bool(
        False, help="Refuse to run student code where bubblewrap cannot isolate it."
    ).tag(config=True)
    backend: Any = Enum(
        ["auto", "bubblewrap", "process"],
        "auto",
        help="'process' isolates nothing; 'auto' is bubblewrap where it works, else a process.",
    ).tag(config=True)
    fork: Any = Bool(
        True,
        help="Fork kernels from a process that has imported torch, where bubblewrap works.",
    ).tag(config=True)
    memory: Any = Integer(4 * 2**30, help="Bytes of memory.").tag(config=True)
    processes: Any = Integer(help="Processes and threads.").tag(config=True)
    open_files: Any = Integer(1024, help="Open files, sockets and pipes of one process.").tag(
        config=True
    )
    cpu_seconds: Any = Integer(help="Seconds of CPU time of one process, over all cores.").tag(
        config=True
    )
    file_size: Any = Integer(2**30, help="Bytes of one file.").tag(config=True)
    disk: Any = Integer(
        2**30,
        help="Bytes in each of the writable places: the home folder, /tmp and /dev/shm.",
    ).tag(config=True)
    read_only: Any = List(
        Unicode(), help="Further files and folders that every kernel sees, at the same path."
    ).tag(config=True)

    @default("processes")
    def _room_for_threads(self) -> int:
        # torch and the BLAS libraries each start one thread for every core.
        return max(256, 8 * (os.cpu_count() or 1))

    @default("cpu_seconds")
    def _an_hour_on_all_cores(self) -> int:
        return 3600 * (os.cpu_count() or 1)
