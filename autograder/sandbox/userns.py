"""A user namespace for a grader that is root: student code then belongs to nobody on the host.

An ordinary user needs none of this: bubblewrap makes the namespace itself. But root inside is
root outside in the eyes of the kernel, to whom no limit on processes applies.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.sandbox.bubblewrap import STUDENT
from autograder.sandbox.settings import SandboxRefused, SandboxUnavailable

# Not an account of any distribution; above what they give to people, below systemd's own.
HOST_USER = 60999
_CLOSE = "echo 0 > /proc/sys/user/max_user_namespaces"


@contextmanager
def user_namespace() -> Iterator[int]:
    """File descriptor of a user namespace with two users, in which no further one can be made.

    Inside, user 0 is root outside (it mounts what root may read), the student is ``HOST_USER``.

    Raises
    ------
    SandboxRefused
        If this host does not allow it.
    SandboxUnavailable
        If something came between.
    """
    pipe = subprocess.PIPE
    # cat waits for nothing; as soon as the descriptor is open the namespace needs no process.
    with subprocess.Popen(["unshare", "--user", "cat"], stdin=pipe, stderr=pipe) as holder:
        try:
            _wait_until_apart(holder)
            for name in ("uid_map", "gid_map"):
                with open(f"/proc/{holder.pid}/{name}", "w") as file:
                    file.write(f"0 0 1\n{STUDENT} {HOST_USER} 1\n")
            # Not the holder itself: it lost its capabilities, having been no user when it started.
            space = f"/proc/{holder.pid}/ns/user"
            subprocess.run(
                ["nsenter", f"--user={space}", "sh", "-c", _CLOSE],
                check=True,
                capture_output=True,
                timeout=30,
            )
            descriptor = os.open(space, os.O_RDONLY)
        except (OSError, subprocess.SubprocessError) as error:
            kind = SandboxRefused if _is_refusal(error) else SandboxUnavailable
            raise kind(f"A user namespace cannot be set up: {error}.") from error
        finally:
            holder.kill()
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_until_apart(holder: subprocess.Popen[bytes], seconds: float = 5) -> None:
    own = os.readlink("/proc/self/ns/user")
    end = time.monotonic() + seconds
    while os.readlink(f"/proc/{holder.pid}/ns/user") == own:
        status = holder.poll()
        if status is not None or time.monotonic() > end:
            assert holder.stderr is not None
            holder.kill()
            kind = SandboxRefused if status is not None and status > 0 else SandboxUnavailable
            raise kind(f"No user namespace: {holder.stderr.read().decode()}")
        time.sleep(0.001)


def _is_refusal(error: Exception) -> bool:
    """Whether a program or the system said no; else one was killed, or there was no room for it."""
    if isinstance(error, subprocess.CalledProcessError):
        return error.returncode > 0
    return isinstance(error, PermissionError)
