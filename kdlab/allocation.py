"""Memory of a training on the CPU that is used again instead of given back after every step.

Each training step makes and frees the same tensors of some megabytes. glibc, the C library of most
Linux systems, gives blocks of that size back to the system at once; the system has to find, clear
and map every page of them again in the next step, which took a third of a training's time.
"""

from __future__ import annotations

import ctypes
import platform
from functools import cache

# Options of `mallopt` (glibc, malloc.h), and the largest values that all versions take.
M_TRIM_THRESHOLD = -1  #: free memory at the end of the heap that is kept, bytes
M_MMAP_THRESHOLD = -3  #: blocks from this size on come from the system one by one, bytes
LARGEST_TRIM = 2**31 - 1
LARGEST_BLOCK = 2**25


@cache  # for a whole process, once
def keep_freed_memory() -> bool:
    """Tell the C library to keep blocks of up to 32 MiB that are freed, and to hand them out again.

    The process keeps the most memory that its steps needed at a time, until it ends. Numbers do
    not change.

    Returns
    -------
    bool
        Whether it could be told; other C libraries than glibc are left as they are.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    chosen = {M_MMAP_THRESHOLD: LARGEST_BLOCK, M_TRIM_THRESHOLD: LARGEST_TRIM}
    return all(set_option(option, value) == 1 for option, value in chosen.items())
