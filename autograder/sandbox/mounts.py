"""What one kernel sees of the grader's files, said before it is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

#: What every lab's notebook imports, and what the grader's questions need.
IMPORTS_OF_LABS = (
    "torch",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "kdlab.checks.room",
    "kdlab.plots",
    "kdlab.runtime",
    "kdlab.training",
)


@dataclass(frozen=True)
class Mounts:
    """Files and variables of one kernel, on top of the system, Python and ``kdlab``.

    Attributes
    ----------
    working_folder : Path, optional
        The submission. The kernel works on a copy that goes when it ends, so nothing it writes
        comes back. Default: the folder in which the kernel is started.
    read_only : mapping of Path to str
        Files and folders of this host, and the absolute path at which the kernel sees each.
    hidden : sequence of Path
        Files and folders that must stay away even where they lie inside something visible, such
        as a course in a folder below ``/usr``. What ``read_only`` names below them is shown.
    environment : mapping of str to str
        The kernel's environment, apart from ``HOME``, ``PATH`` and the like.
    imports : sequence of str
        Modules that are likely to be imported by the kernel, such as ``IMPORTS_OF_LABS``. It is
        then forked, where that works, from a process that has them, with this environment. Only
        one such process is kept: kernels started in turn should agree in both.
    """

    working_folder: Path | None = None
    read_only: Mapping[Path, str] = field(default_factory=dict)
    hidden: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[str, ...] = ()


_current: ContextVar[Mounts | None] = ContextVar("mounts", default=None)


def current_mounts() -> Mounts:
    """What the kernels see that are started here and now."""
    return _current.get() or Mounts()


@contextmanager
def mounted(mounts: Mounts) -> Iterator[None]:
    """Kernels started meanwhile, by this thread or task, see ``mounts``."""
    token = _current.set(mounts)
    try:
        yield
    finally:
        _current.reset(token)
