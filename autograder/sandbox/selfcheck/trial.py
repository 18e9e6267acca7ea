"""A sandboxed kernel to try things in."""

from __future__ import annotations

import os
import queue
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from autograder.sandbox.kernelspec import KERNEL_NAME, add_kernel_spec
from autograder.sandbox.mounts import Mounts, mounted
from autograder.subject import find_subject

# Small, so that running into them is quick.
LIMITS: dict[str, Any] = {
    "memory": 2**30,
    "processes": 64,
    "open_files": 256,
    "file_size": 8 * 2**20,
    "disk": 64 * 2**20,
}
# Set while a kernel is started: an environment that must not reach it.
SECRET = "SECRET_OF_THE_SELFCHECK"
START_SECONDS = 60


@dataclass(frozen=True)
class Reply:
    """What came of one cell: its printed text, the name of its error, whether the kernel died."""

    text: str
    error: str = ""
    died: bool = False
    late: bool = False


class Trial:
    """A running kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient, folder: Path) -> None:
        self.manager, self.folder = manager, folder
        self._client = client

    def run(self, code: str, seconds: float = 60) -> Reply:
        """Execute a cell and collect what it prints, until it ends, dies or is late."""
        number = self._client.execute(code)
        text: list[str] = []
        error = ""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                if not self.manager.is_alive():
                    return Reply("".join(text), error, died=True)
                continue
            if message["parent_header"].get("msg_id") != number:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                text.append(content["text"])
            elif message["msg_type"] == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif content.get("execution_state") == "idle":
                return Reply("".join(text), error)
        return Reply("".join(text), error, late=True)

    @property
    def guardian(self) -> int | None:
        """The process that waits for the kernel, if the kernel was forked."""
        return getattr(self.manager.provisioner, "guardian", None)

    def processes(self) -> list[psutil.Process]:
        """The sandbox's first process, the guardian, and all below them."""
        numbers = [getattr(self.manager.provisioner, "pid", None), self.guardian]
        first = [psutil.Process(number) for number in numbers if number is not None]
        return [*first, *(child for each in first for child in each.children(recursive=True))]

    @property
    def excess(self) -> str | None:
        """The limit that ended the kernel."""
        self.manager.is_alive()  # looks at how the process ended
        return getattr(self.manager.provisioner, "excess", None)


def course_mounts() -> Mounts:
    """What every kernel of the course in this folder sees; without a course, torch alone."""
    subject = find_subject()
    return Mounts(
        imports=subject.imports or ("torch",),
        packages=subject.packages,
        hidden_modules=subject.hidden,
        private=subject.private,
    )


@contextmanager
def trial(config: Config, **limits: Any) -> Iterator[Trial]:
    """A kernel with small limits that sees a folder with one file, ``hello.txt``.

    Parameters
    ----------
    config : Config
        The configuration of the sandbox; the limits in it are replaced.
    **limits
        Settings of ``Sandbox``, on top of ``LIMITS``.
    """
    add_kernel_spec()
    config = Config(config)
    config.Sandbox.update({**LIMITS, **limits})
    with tempfile.TemporaryDirectory(prefix="selfcheck-") as name:
        folder = Path(name)
        (folder / "hello.txt").write_text("안녕, 🌍\n", encoding="utf-8")
        manager = KernelManager(kernel_name=KERNEL_NAME, config=config)
        os.environ[SECRET] = "a secret of the grader"
        try:
            with mounted(course_mounts().extended(working_folder=folder)):
                manager.start_kernel()
        finally:
            del os.environ[SECRET]
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=START_SECONDS)
            yield Trial(manager, client, folder)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
