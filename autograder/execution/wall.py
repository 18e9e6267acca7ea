"""A limit on this process's own memory while it executes a submission: the last wall.

Everything that comes from a kernel is measured before it is read. Should something get past that,
an allocation fails here, and what is being graded is *ungraded*; the machine and the rest of the
class go on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Bytes that the grader may take for one submission; a stage of images and networks is among them.
MOST_MEMORY = 6 << 30


@contextmanager
def memory_wall(most: int = MOST_MEMORY) -> Iterator[None]:
    """Inside, this process may get so many bytes more; on Linux.

    Not the address space is limited, of which CUDA reserves more than there is memory, but what
    can be written to. Processes that are started inside set limits of their own.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource  # not everywhere

    before, most_ever = resource.getrlimit(resource.RLIMIT_DATA)
    wall = _written_to() + most
    if before != resource.RLIM_INFINITY:
        wall = min(wall, before)
    resource.setrlimit(resource.RLIMIT_DATA, (wall, most_ever))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most_ever))


def _written_to() -> int:
    """Bytes of this process that count against the limit already."""
    for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
