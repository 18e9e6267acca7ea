# mypy: disallow-subclassing-any=False
"""Starts Jupyter kernels in the sandbox, for whoever asks for the kernel spec ``kdlab-room``."""

from __future__ import annotations

import collections
import os
import signal
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from autograder.sandbox import backends
from autograder.sandbox.mounts import Mounts, current_mounts
from autograder.sandbox.settings import Sandbox


class RoomProvisioner(LocalProvisioner):
    """One kernel in one sandbox, configured by ``c.Sandbox``; see ``mounted`` for what it sees."""

    sandbox: Sandbox | None = None
    backend: str = ""
    mounts: Mounts
    private: Path | None = None
    _open: ExitStack | None = None
    _said: collections.deque[bytes]

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the backend, open a way to the kernel and build the command line."""
        if self.sandbox is None:  # else it is a restart: the same room again
            self.sandbox = Sandbox(parent=self)
            self.mounts = current_mounts()
            self.backend = backends.choose(self.sandbox)
        if self.backend == "bubblewrap":
            self._use_sockets()
        kwargs = await super().pre_launch(**kwargs)
        if self.private is not None and os.getuid() == 0:
            os.chown(self.parent.connection_file, backends.HOST_USER, backends.HOST_USER)
        launch = self._enter_room(kwargs["cmd"], kwargs.pop("cwd", None))
        kwargs.update(
            cmd=launch.command,
            env=dict(launch.environment),
            cwd=launch.cwd,
            pass_fds=launch.descriptors,
            independent=self.backend == "bubblewrap",  # it cannot see its parent, but dies with it
        )
        return kwargs

    def _use_sockets(self) -> None:
        """Talk through files in a private folder: there is no network inside."""
        if self.private is None:
            self.private = backends.private_folder()
            self.parent.transport = "ipc"
            self.parent.ip = str(self.private / "k")
            self.parent.connection_file = str(self.private / "kernel.json")

    def _enter_room(self, command: list[str], cwd: str | None) -> backends.Launch:
        assert self.sandbox is not None
        folder = Path(self.mounts.working_folder or cwd or Path.cwd()).resolve()
        self._open = ExitStack()
        if self.private is not None:
            context = backends.in_bubblewrap(
                command, self.sandbox, self.mounts, self.private, folder
            )
        else:
            context = backends.in_process(command, self.sandbox, self.mounts, folder)
        return self._open.enter_context(context)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the process; what it writes past Jupyter's streams is kept, not shown."""
        self._said = collections.deque(maxlen=64)
        try:
            info = await super().launch_kernel(
                cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs
            )
        finally:
            if self._open is not None:
                self._open.close()
        threading.Thread(target=_drain, args=(self.process.stdout, self._said), daemon=True).start()
        return info

    @property
    def last_words(self) -> str:
        """The end of what the kernel's process wrote to its own stdout and stderr."""
        return b"".join(self._said).decode(errors="replace")[-4000:]

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the private folder once the kernel is not needed again."""
        await super().cleanup(restart)
        if self.private is not None and not restart:
            # Not shutil.rmtree: it gives up on the depths that hostile code can dig.
            subprocess.run(["rm", "-rf", "--", str(self.private)], check=False)
            self.private = None


def _drain(stream: Any, kept: collections.deque[bytes]) -> None:
    """Read until the end, so that the kernel is never blocked, and keep the last pieces."""
    with stream:
        while piece := os.read(stream.fileno(), 1024):
            kept.append(piece)
