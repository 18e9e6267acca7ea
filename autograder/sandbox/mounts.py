"""What one kernel sees of the grader's files, said before it is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mounts:
    """Files and variables of one kernel, on top of the system and Python.

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
        Modules that are likely to be imported by the kernel. It is then forked, where that works,
        from a process that has them, with this environment. Only one such process is kept: kernels
        started in turn should agree in both.
    packages : sequence of str
        Importable packages that the kernel sees beside those that are installed: ``labkit``, and
        what students of the course get.
    hidden_modules : sequence of str
        Modules in these packages that it does not see.
    private : sequence of str
        Packages that it does not see wherever they are installed, beside the grader itself.
    """

    working_folder: Path | None = None
    read_only: Mapping[Path, str] = field(default_factory=dict)
    hidden: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[str, ...] = ()
    packages: tuple[str, ...] = ("labkit",)
    hidden_modules: tuple[str, ...] = ()
    private: tuple[str, ...] = ()

    def extended(self, **more: Any) -> Mounts:
        """The same with more."""
        return replace(self, **more)


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
