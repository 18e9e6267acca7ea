"""Asks a zygote for kernels: the part of it that may be shared among processes of the grader."""

from __future__ import annotations

import os
import select
import socket
import weakref
from collections.abc import Callable

FORK_SECONDS = 60.0


class Forks:
    """A way to a running zygote.

    Parameters
    ----------
    control : socket
        To the zygote. Whatever is sent there is a whole message with its own way back, so that
        several processes may hold it. The zygote ends when nobody does any more.
    userns : int
        File descriptor of the user namespace in which the zygote is powerful.

    Attributes
    ----------
    failure : str or None
        Why a kernel could not be forked, if that happened.
    """

    def __init__(self, control: socket.socket, userns: int) -> None:
        self.control, self.userns = control, userns
        self.failure: str | None = None
        # Not when it ends: somebody may be about to start a sandbox below it.
        weakref.finalize(self, os.close, userns)

    def below(self) -> list[str]:
        """The beginning of a command line that makes sandboxes which this zygote may enter."""
        if os.getuid() == 0:
            return []
        return ["nsenter", f"--user=/proc/self/fd/{self.userns}", "--preserve-credentials"]

    def fork(self, channel: socket.socket, admit: Callable[[int], None]) -> int | None:
        """Fork a kernel into the room at the other end of a channel.

        Parameters
        ----------
        channel : socket
            To ``inside.enter.ask``.
        admit : callable
            Called with the number of the process that is going to be the kernel's parent; may
            raise ``OSError`` to send it away.

        Returns
        -------
        int or None
            That number; None if nothing was forked and the room starts the kernel itself.
        """
        ours, theirs = pair()
        with ours, channel:
            try:
                with theirs:
                    socket.send_fds(self.control, [b"f"], [channel.fileno(), theirs.fileno()])
                channel.close()  # or the room would not notice if there is nobody any more
                ours.settimeout(FORK_SECONDS)
                said = ours.recv(100)
                if not said:
                    self.failure = self.last_words
                    return None
                admit(int(said))
                ours.send(b"go")
            except OSError as error:
                self.failure = str(error)
                return None
        return int(said)

    @property
    def last_words(self) -> str:
        """What is known of the zygote's end."""
        return "it has ended"

    @property
    def alive(self) -> bool:
        """Whether it runs: it is the only one at the other end."""
        poll = select.poll()
        poll.register(self.control, 0)
        return not poll.poll(0)

    def end(self) -> None:
        """Let it end, once nobody else needs it and the last kernel forked from it has ended."""
        self.control.close()


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets, for whole messages."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
