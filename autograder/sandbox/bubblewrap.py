"""The command line of bubblewrap, as a pure function of the view."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import PurePosixPath

from autograder.sandbox.settings import SandboxUnavailable
from autograder.sandbox.view import HOME, View

NAMESPACES = (
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
)
STUDENT = 1000  # user and group inside
WRITABLE = (HOME, "/tmp", "/dev/shm")


def program() -> str:
    """Path of bubblewrap."""
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable("bubblewrap is not installed.")
    return found


def command(bwrap: str, view: View, userns: int | None = None) -> list[str]:
    """The command line up to the program that is to run in the sandbox.

    Parameters
    ----------
    bwrap : str
        The program.
    view : View
        What is to be seen inside.
    userns : int, optional
        File descriptor of a user namespace that was made before; it must forbid further ones.
        The program then starts as its user 0, with what it takes to become another, powerless one.
    """
    line = [bwrap, *NAMESPACES, "--die-with-parent", "--new-session", "--hostname", "room"]
    line += ["--cap-drop", "ALL"]
    if userns is None:
        line += ["--unshare-user", "--disable-userns", "--uid", str(STUDENT), "--gid", str(STUDENT)]
    else:
        line += ["--userns", str(userns), "--uid", "0", "--gid", "0"]
        for name in ("SETUID", "SETGID", "CHOWN", "SETPCAP"):
            line += ["--cap-add", f"CAP_{name}"]
    return [*line, *_furniture(view, ["--proc", "/proc"])]


def command_for_zygote(bwrap: str, view: View, root: bool) -> list[str]:
    """The command line up to a program that may enter the sandboxes which the grader makes.

    Parameters
    ----------
    bwrap : str
        The program.
    view : View
        What is to be seen inside.
    root : bool
        Whether the grader is root: then all sandboxes lie below its own user namespace, else they
        have to be made below the one that is made here.
    """
    line = [bwrap, "--unshare-net", "--unshare-ipc", "--die-with-parent", "--new-session"]
    line += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SYS_CHROOT"]
    if not root:
        line += ["--unshare-user", "--uid", str(STUDENT), "--gid", str(STUDENT)]
    # Without a pid namespace of its own: one can only be entered from above.
    return [*line, *_furniture(view, ["--ro-bind", "/proc", "/proc"])]


def _furniture(view: View, proc: list[str]) -> list[str]:
    """The mounts and the environment."""
    line = []
    for _, arguments in sorted([*_mounts(view, proc), *_parents(view)], key=lambda mount: mount[0]):
        line += arguments
    # Last, when nothing has to be made in them any more; what is mounted below keeps its mode.
    for place in ("/", "/dev", *(place for place, folder in view.hidden.items() if folder)):
        line += ["--remount-ro", place]
    line.append("--clearenv")
    for name, value in view.environment.items():
        line += ["--setenv", name, value]
    return [*line, "--"]


# A mount is its place in the order (outer before inner, hiding after showing) and its arguments.
Mount = tuple[tuple[tuple[str, ...], int], list[str]]


def _mounts(view: View, proc: list[str]) -> Iterator[Mount]:
    yield _order("/proc"), proc
    yield _order("/proc/keys"), ["--ro-bind", "/dev/null", "/proc/keys"]
    yield _order("/dev"), ["--dev", "/dev"]
    for place in WRITABLE:
        yield _order(place), ["--perms", "1777", "--size", str(view.disk), "--tmpfs", place]
    for place, target in view.links.items():
        yield _order(place), ["--symlink", target, place]
    for place, path in view.files.items():
        yield _order(place), ["--ro-bind", str(path), place]
    for path in view.devices:
        yield _order(str(path)), ["--dev-bind", str(path), str(path)]
    for place, folder in view.hidden.items():
        empty = ["--perms", "0555", "--tmpfs"] if folder else ["--ro-bind", "/dev/null"]
        yield _order(place, 1), [*empty, place]
    if view.sockets is not None:
        sockets = str(view.sockets)
        yield _order(sockets), ["--bind", sockets, sockets]


def _parents(view: View) -> Iterator[Mount]:
    """The folders in which mounts lie; bubblewrap's own would be closed to all but their owner."""
    mounted = {"/proc", "/dev", *WRITABLE, *view.files, *view.hidden}
    parents = {
        parent
        for place in (*view.files, *view.hidden, *WRITABLE, str(view.sockets or "/"))
        for parent in PurePosixPath(place).parents
    }
    for parent in parents:
        inside_a_file = any(parent.is_relative_to(place) for place in view.files)
        if str(parent) not in {"/", *mounted} and not inside_a_file:
            yield _order(str(parent)), ["--perms", "0755", "--dir", str(parent)]


def _order(place: str, late: int = 0) -> tuple[tuple[str, ...], int]:
    return PurePosixPath(place).parts, late
