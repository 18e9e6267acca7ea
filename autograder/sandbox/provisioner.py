"""Starts Jupyter kernels in the sandbox, for who asks for the kernel spec ``student-sandbox``."""

from __future__ import annotations

import asyncio
import collections
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.sandbox import backends, cgroup, private, temporary, zygote
from autograder.sandbox.forks import Forks
from autograder.sandbox.launch import Launch, in_bubblewrap, in_process
from autograder.sandbox.mounts import Mounts, current_mounts
from autograder.sandbox.settings import Sandbox
from autograder.sandbox.watch import Watch

CHANNELS = 5  # of a kernel: shell, iopub, stdin, control, heartbeat


class SandboxProvisioner(LocalProvisioner):
    """One kernel in one sandbox, configured by ``c.Sandbox``; see ``mounted`` for what it sees.

    Attributes
    ----------
    backend : str
        ``"bubblewrap"`` or ``"process"``, once started.
    guardian : int or None
        The process that waits for the kernel, if that was forked from the zygote.
    excess : str or None
        What the kernel was killed for: ``"memory"``, ``"processes"``, ``"files"``,
        ``"cpu_seconds"``; None if it runs or ended otherwise.
    """

    parent: Any
    sandbox: Sandbox | None = None
    backend: str = ""
    guardian: int | None = None
    excess: str | None = None
    mounts: Mounts
    private: Path | None = None
    _watch: Watch | None = None
    _zygote: Forks | None = None
    _open: ExitStack
    _launch: Launch
    _said: collections.deque[bytes]

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the backend, open a way to the kernel and build the command line."""
        if self.sandbox is None:  # else it is a restart: the same room again
            self.sandbox = Sandbox(parent=self)
            self.mounts = current_mounts()
            self.backend = backends.choose(self.sandbox)
        self.excess = None
        if self.backend == "bubblewrap":
            self._use_sockets()
            # In a thread: the first one takes the seconds that its imports take.
            self._zygote = await asyncio.to_thread(zygote.running, self.sandbox, self.mounts)
        kwargs = await super().pre_launch(**kwargs)
        if self.private is not None:
            private.hand_over(Path(self.parent.connection_file))
        launch = self._launch = self._enter_room(kwargs["cmd"], kwargs.pop("cwd", None))
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
            self.private = private.private_folder()
            self.parent.transport = "ipc"
            self.parent.ip = str(private.sockets(self.private) / "k")
            self.parent.connection_file = str(private.sockets(self.private) / "kernel.json")

    def _enter_room(self, command: list[str], cwd: str | None) -> Launch:
        assert self.sandbox is not None
        folder = Path(self.mounts.working_folder or cwd or Path.cwd()).resolve()
        self._open = ExitStack()
        if self.private is not None:
            context = in_bubblewrap(
                command, self.sandbox, self.mounts, self.private, folder, self._zygote
            )
        else:
            context = in_process(command, self.sandbox, self.mounts, folder)
        return self._open.enter_context(context)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the process; what it writes past Jupyter's streams is kept, not shown."""
        assert self.sandbox is not None
        self._said = collections.deque(maxlen=64)
        reading, writing = os.pipe()
        threading.Thread(target=_drain, args=(reading, self._said), daemon=True).start()
        try:
            with self._open:
                info = await super().launch_kernel(
                    cmd, stdout=writing, stderr=subprocess.STDOUT, **kwargs
                )
        finally:
            os.close(writing)
        assert self.pid is not None
        self.guardian = await asyncio.to_thread(self._fork)
        self._watch = Watch(
            self.pid,
            guardian=self.guardian,
            memory=self.sandbox.memory,
            processes=self.sandbox.processes,
            sockets=private.sockets(self.private) if self.private is not None else None,
        )
        self._watch.start()
        if self.guardian is not None:
            await self._see_sockets()
        return info

    async def _see_sockets(self) -> None:
        """Wait until a forked kernel listens: who connects too early tries again after 0.1 s."""
        assert self.private is not None
        folder, until = private.sockets(self.private), time.monotonic() + 1
        while len(list(folder.glob("k-*"))) < CHANNELS and time.monotonic() < until:
            await asyncio.sleep(0.002)

    def _fork(self) -> int | None:
        """Fork a kernel into the room; None if the room starts it by itself."""
        if self._zygote is None or self._launch.channel is None:
            return None
        return self._zygote.fork(self._launch.channel, self._admit)

    def _admit(self, guardian: int) -> None:
        """Bring the kernel-to-be under the limits of the room."""
        if cgroup.available():
            assert self.pid is not None
            cgroup.move(guardian, beside=self.pid)

    @property
    def last_words(self) -> str:
        """The end of what the kernel's process wrote to its own stdout and stderr."""
        return b"".join(self._said).decode(errors="replace")[-4000:]

    async def poll(self) -> int | None:
        """The exit status, if the process has ended; notes why it was killed."""
        status = await super().poll()
        if self._watch is not None and self._watch.excess is not None:
            self.excess = self._watch.excess
        elif sys.platform != "win32" and status in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
            self.excess = "cpu_seconds"
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill the first process, and see it end: whoever asked looks every 0.1 s only."""
        await super().kill(restart)
        until = time.monotonic() + 1
        while await self.poll() is None and time.monotonic() < until:
            await asyncio.sleep(0.002)

    async def cleanup(self, restart: bool = False) -> None:
        """Leave no process and no file behind."""
        await self.poll()
        if self._watch is not None:
            # In a thread: this may wait for processes that take their time to die.
            if not await asyncio.to_thread(self._watch.finish):
                self.log.warning("Processes of a kernel outlive it: %s", self._watch)
            self._watch = None
            await self.wait()
        await super().cleanup(restart)
        if self.private is not None and not restart:
            temporary.remove(self.private)
            self.private = None


def _drain(descriptor: int, kept: collections.deque[bytes]) -> None:
    """Read until the end, so that the kernel is never blocked, and keep the last pieces."""
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        while piece := stream.read(1024):
            kept.append(piece)
