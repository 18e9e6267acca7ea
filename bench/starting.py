"""What it takes to start a kernel that has torch: three ways, in one run.

    make bench                                            or
    python bench/starting.py --rows 5 --rounds 3

"alone" starts a process and imports, for every submission. "pool" does the same ahead of time, one
kernel in advance, while the one before is in use. "fork" forks from a process that has imported
already. Each way handles submissions in a row that do nothing but import: start, one cell, end.
The pool here hands over no submission, so a real one would be slower.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from rich.console import Console
from timing import show
from traitlets.config import Config

from autograder.execution.kernel_view import common_mounts
from autograder.sandbox import KERNEL_NAME, add_kernel_spec, mounted, zygote
from kdcourse.course import SUBJECT

CELL = "import labkit.answer, kdlab.training, matplotlib.pyplot, torch; torch.ones(9).sum()"
SECONDS = 120


@dataclass
class Kernel:
    """A kernel that has executed the imports."""

    manager: KernelManager
    client: BlockingKernelClient

    @classmethod
    def start(cls, folder: Path, fork: bool) -> Kernel:
        """Start one, see to it that it is of the kind that is to be measured."""
        manager = KernelManager(kernel_name=KERNEL_NAME, config=Config(Sandbox={"fork": fork}))
        with mounted(common_mounts({}, SUBJECT).extended(working_folder=folder)):
            manager.start_kernel()
        if (manager.provisioner.guardian is not None) != fork:
            raise click.ClickException("Kernels cannot be forked here; see autograder selfcheck.")
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        kernel = cls(manager, client)
        kernel.run(CELL)
        return kernel

    def run(self, code: str) -> None:
        """Execute a cell; it has to work."""
        reply = self.client.execute(code, reply=True, timeout=SECONDS)
        if reply["content"]["status"] != "ok":
            raise click.ClickException("\n".join(reply["content"]["traceback"]))

    def end(self) -> None:
        """Leave nothing behind."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def own_memory(self) -> float:
        """MiB that no other process has."""
        first = [self.manager.provisioner.pid, self.manager.provisioner.guardian]
        family = [psutil.Process(pid) for pid in first if pid is not None]
        family += [child for process in family for child in process.children(recursive=True)]
        return sum(process.memory_full_info().uss for process in family) / 2**20


@contextmanager
def in_a_row(folder: Path, fork: bool) -> Iterator[Callable[[], Kernel]]:
    """Every kernel is started when it is needed."""
    yield lambda: Kernel.start(folder, fork)
    zygote.end()


def shared_memory(folder: Path) -> float:
    """MiB of the process that kernels are forked from."""
    with in_a_row(folder, fork=True) as take:
        kernel = take()
        origin = psutil.Process(kernel.manager.provisioner.guardian).parent()
        found = origin.memory_info().rss / 2**20
        kernel.end()
    return found


@contextmanager
def ahead(folder: Path) -> Iterator[Callable[[], Kernel]]:
    """Every kernel is started when the one before is taken."""
    with ThreadPoolExecutor(1) as thread:
        coming: list[Future[Kernel]] = [thread.submit(Kernel.start, folder, False)]

        def take() -> Kernel:
            ready = coming.pop().result()
            coming.append(thread.submit(Kernel.start, folder, False))
            return ready

        yield take
        coming.pop().result().end()


def cpu_seconds() -> float:
    """CPU time of this process and of all below it, so far."""
    me = psutil.Process()
    total = 0.0
    for process in [me, *me.children(recursive=True)]:
        try:
            spent = process.cpu_times()
        except psutil.Error:
            continue
        total += spent.user + spent.system
        total += (spent.children_user + spent.children_system) if process == me else 0
    return total


@dataclass
class Measured:
    """Of each submission: seconds from the clock, seconds of CPU, MiB of its own."""

    wall: list[float]
    cpu: list[float]
    memory: list[float]

    def one(self, take: Callable[[], Kernel]) -> None:
        """Measure one submission, up to its end."""
        started, spent = time.perf_counter(), cpu_seconds()
        kernel = take()
        self.cpu.append(cpu_seconds() - spent)  # before it takes its CPU time along
        taken = time.perf_counter() - started
        self.memory.append(kernel.own_memory())
        ending = time.perf_counter()
        kernel.end()
        self.wall.append(taken + time.perf_counter() - ending)


@click.command()
@click.option("--rows", default=5, show_default=True, help="Submissions in a row.")
@click.option("--rounds", default=3, show_default=True, help="Rounds through the three ways.")
def main(rows: int, rounds: int) -> None:
    """Time the three ways in turn, without the first submission of each row."""
    add_kernel_spec()
    measured = {name: Measured([], [], []) for name in ("alone", "pool", "fork")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ways = {
            "alone": lambda: in_a_row(folder, fork=False),
            "pool": lambda: ahead(folder),
            "fork": lambda: in_a_row(folder, fork=True),
        }
        for _ in range(rounds):
            for way, open_way in ways.items():
                with open_way() as take:
                    take().end()
                    for _ in range(rows):
                        measured[way].one(take)
        shared = shared_memory(folder)
    show("From start to end", {way: m.wall for way, m in measured.items()}, "alone")
    show("CPU time of it", {way: m.cpu for way, m in measured.items()}, "alone")
    for way, found in measured.items():
        middle = statistics.median(found.memory)
        Console().print(f"{way}: {middle:.0f} MiB of its own", highlight=False)
    Console().print(f"What is forked has {shared:.0f} MiB, once for each worker", highlight=False)


if __name__ == "__main__":
    main()
