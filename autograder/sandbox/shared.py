"""One zygote for several processes of the grader: one starts and lends it, the others borrow it.

The lender's environment variable `ADDRESS` names a socket in a folder that is the grader's alone.
Who connects there is told what the zygote is for, and is given what it takes to ask it for kernels.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.sandbox.forks import Forks

ADDRESS = "AUTOGRADER_ZYGOTE"
LONGEST = 2**16  # bytes of a purpose
PATIENCE = 150.0  # seconds for the lender's zygote to be ready
#: Gives a new zygote with its purpose, or None if there can be none.
Start = Callable[[], tuple[str, Forks] | None]


@contextlib.contextmanager
def lending(path: Path, start: Start) -> Iterator[None]:
    """Inside, whoever connects to a path is lent a zygote.

    Parameters
    ----------
    path : Path
        Where the socket is to be.
    start : callable
        Starts it; called at once, in a thread of its own.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(str(path))
    listening.listen()
    lender = threading.Thread(target=_lend, args=(listening, start), daemon=True)
    lender.start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the thread may have ended
            listening.shutdown(socket.SHUT_RDWR)  # from now on nothing can be accepted
        lender.join()
        path.unlink(missing_ok=True)


def _lend(listening: socket.socket, start: Start) -> None:
    with listening:  # whatever happens, nobody waits for an answer that does not come
        lent = start()
        while True:
            try:
                borrower, _ = listening.accept()
            except OSError:
                break
            with borrower, contextlib.suppress(OSError):
                _give(borrower, lent)
    if lent is not None:
        lent[1].end()


def _give(borrower: socket.socket, lent: tuple[str, Forks] | None) -> None:
    if lent is None or not lent[1].alive:
        borrower.send(b"-")
        return
    purpose, forks = lent
    descriptors = [forks.control.fileno(), forks.userns]
    socket.send_fds(borrower, [purpose.encode()], descriptors)


def borrow(purpose: str) -> Forks | None:
    """The lender's zygote, if there is one for this purpose."""
    address = os.environ.get(ADDRESS)
    if not address:
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as lender:
        lender.settimeout(PATIENCE)
        try:
            lender.connect(address)
            said, given, _, _ = socket.recv_fds(lender, LONGEST, 2)
        except OSError:
            return None
    if len(given) != 2 or said.decode() != purpose:
        for descriptor in given:
            os.close(descriptor)
        return None
    return Forks(socket.socket(fileno=given[0]), given[1])
