"""From a fork of the zygote to a kernel in the room of one submission.

Two processes: a guardian, which enters the room's namespaces, gives up all privileges and then
only waits, and its child, the kernel (whoever enters a pid namespace is not in it, its children
are). The guardian tells the room how the kernel ended; the room ends if the guardian does.
"""

import json
import os
import random
import signal
import socket
import sys

from .enter import give_up, set_limits
from .privileges import (
    SPACES,
    die_with_parent,
    enter_spaces,
    expect_no_privileges,
    forbid_keys,
    set_dumpable,
)

STREAMS = 3


def become_kernel(room_descriptor: int, grader_descriptor: int) -> "list[str]":
    """The command line to run, in the kernel's process; the guardian never returns.

    Parameters
    ----------
    room_descriptor : int
        Socket to ``enter.ask`` in the room.
    grader_descriptor : int
        Socket to the grader, who is told the guardian's process and has to agree.
    """
    room = socket.socket(fileno=room_descriptor)
    grader = socket.socket(fileno=grader_descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent()
    said, given, _, _ = socket.recv_fds(room, 2**16, STREAMS + len(SPACES))
    if not said:
        os._exit(0)  # the room could not be made
    asked = json.loads(said)
    _guard(given[STREAMS:], asked["orders"]["user"])
    grader.send(str(os.getpid()).encode())
    if not grader.recv(100):
        os._exit(0)  # the grader is gone, or would not have it
    grader.close()
    kernel = os.fork()
    if kernel:
        room.send(b"forked")
        _, status = os.waitpid(kernel, 0)
        code = os.waitstatus_to_exitcode(status)
        room.send(str(code if code >= 0 else 128 - code).encode())
        os._exit(0)
    room.close()
    _settle(given, asked)
    return list(asked["command"])


def _guard(spaces: "list[int]", user: "int | None") -> None:
    """Enter the room as the student, and keep nothing but the right to wait."""
    enter_spaces(spaces)
    give_up(user)
    forbid_keys()
    die_with_parent()  # was forgotten with the user


def _settle(given: "list[int]", asked: "dict[str, object]") -> None:
    """Take the room's streams, folder and limits; leave everything else of the zygote behind."""
    for number, descriptor in enumerate(given[:STREAMS]):
        os.dup2(descriptor, number)
    os.closerange(STREAMS, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    die_with_parent()
    set_dumpable(True)  # the files in /proc/self are its own again, as after an exec
    folder, orders = asked["folder"], asked["orders"]
    os.chdir(str(folder))
    os.environ["PWD"] = str(folder)
    set_limits(orders["limits"])  # type: ignore[index]
    expect_no_privileges()
    _new_randomness()


def _new_randomness() -> None:
    """Seed the generators that a process of its own would have seeded."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()
