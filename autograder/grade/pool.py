# mypy: disallow-untyped-calls=False
"""Has submissions executed by Dask workers, on this machine or on a cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.classrun import Note
from autograder.errors import GraderError, UsageError
from autograder.grade.show import Show
from autograder.grade.work import execute, read_answer
from autograder.results import DamagedRecordError, Record
from autograder.results.job import Job
from autograder.temporary import own_folder, sweep

#: Submissions that wait at a worker for their turn, so that it is never idle.
AHEAD = 2
#: Resource tag of workers with a GPU: ``dask worker --resources gpu=1``.
GPU = "gpu"
PATIENCE = 60  # seconds for the first worker of a cluster to come


class ExecutionError(GraderError):
    """No worker could execute a submission."""


class Pool:
    """Executes submissions elsewhere; see `autograder.classrun.Elsewhere`.

    Parameters
    ----------
    client : distributed.Client
    show : Show
        Is told how the run goes.
    students : frozenset of str or None
        Grade these alone.
    fresh : bool
        Execute again what is stored.
    """

    def __init__(
        self, client: Any, show: Show, students: frozenset[str] | None = None, fresh: bool = False
    ) -> None:
        from distributed import as_completed

        self.client, self.show = client, show
        self.students, self.fresh = students, fresh
        self.notes: list[Note] = []
        self.missing: list[str] = []
        self._finished = as_completed(loop=client.loop)
        self._keys: dict[str, str] = {}  # of the jobs, by Dask's key
        self._count = 0

    def expect(self, assignment: str, number: int) -> None:
        """Be told how many submissions there are."""
        self.show.start(assignment, number)

    def tell(self, student: str, state: str) -> None:
        """Be told what became of a submission."""
        self.show.done(student, state)

    def submit(self, job: Job) -> None:
        """Give a submission to the next free worker; a worker's death gives it to another one."""
        self._count += 1
        name = f"submission-{self._count}-{job.key}"
        tags = {GPU: 1} if job.device == "gpu" else None
        future = self.client.submit(execute, job.to_bytes(), key=name, pure=False, resources=tags)
        self._keys[future.key] = job.key
        self._finished.add(future)

    def is_full(self) -> bool:
        """Whether every worker has something to do, and something after that."""
        workers = len(self.client.scheduler_info(n_workers=-1)["workers"])
        return len(self._keys) >= (1 + AHEAD) * max(1, workers)

    def next_finished(self) -> tuple[str, Record | GraderError]:
        """Key and result of a submission, as soon as there is one."""
        future = next(self._finished)
        key = self._keys.pop(future.key)
        try:
            answer = read_answer(future.result())
            if isinstance(answer, str):
                return key, ExecutionError(answer)
            return key, Record.from_bytes(answer)
        except DamagedRecordError as error:
            return key, ExecutionError(f"a worker's answer is damaged: {error}")
        except Exception as error:  # Dask's own: all workers that tried it died
            return key, ExecutionError(f"no worker could do it: {type(error).__name__}: {error}")
        finally:
            future.release()


@contextmanager
def local_workers(number: int) -> Iterator[Any]:
    """A client of this many workers on this machine, which end with the context, or with us."""
    import dask
    from distributed import Client, LocalCluster

    threads = max(1, (os.cpu_count() or 1) // number)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    # The course's own modules, which its hidden tests may use, lie in its folder.
    path = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))
    spawn = dict.fromkeys(names, threads) | {"PYTHONPATH": path}
    environ = {f"distributed.nanny.pre-spawn-environ.{name}": v for name, v in spawn.items()}
    # Nobody looks at the profiles that a worker takes of itself 100 times a second.
    profiles = {"distributed.worker.profile.enabled": False}
    try:
        with (
            dask.config.set({"temporary-directory": str(own_folder()), **environ, **profiles}),
            LocalCluster(
                n_workers=number,
                threads_per_worker=1,
                resources={GPU: 1},
                memory_limit=None,  # of student code, not of the worker: the sandbox sees to it
                dashboard_address="127.0.0.1:0",  # any free port, for us alone
                # Without it every account of this machine could have its code run by our workers.
                security=True,
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
    finally:
        sweep()  # workers end without removing what they have


@contextmanager
def cluster_workers(address: str) -> Iterator[Any]:
    """A client of a running cluster.

    Raises
    ------
    UsageError
        If there is no scheduler, or no worker in time.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at {address!r} ({error}). Start one with"
            " `dask scheduler`; it prints its address."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise UsageError(
                f"The scheduler at {address} has no worker after {PATIENCE} s. Start one with"
                f" `dask worker {address} --nthreads 1`."
            ) from error
        yield client
