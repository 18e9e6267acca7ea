"""Dask workers: some on this machine that last as long as a run, or those of a running cluster."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any

import dask

from autograder.errors import UsageError
from autograder.execution.kernel_view import common_mounts
from autograder.grade.interrupt import deaf, undisturbed
from autograder.sandbox import Sandbox, SandboxUnavailable, backends, shared, zygote
from autograder.sandbox.forks import Forks
from autograder.sandbox.temporary import own_folder, sweep
from autograder.subject import find_subject

Workers = AbstractContextManager[Any]

#: Resource tag of workers with a GPU: ``dask worker --resources gpu=1``.
GPU = "gpu"
PATIENCE = 60  # seconds for the first worker of a cluster to come
#: What a worker on this machine needs before it can execute anything. It takes seconds to import.
IMPORTS = ("distributed", "autograder.execution.stored", "autograder.checks")
_FORKED = {"distributed.worker.multiprocessing-method": "forkserver"}


def local_workers(number: int, settings: Callable[[], Sandbox], busy: bool) -> Workers:
    """A client of this many workers on this machine, which end with the context, or with us.

    Parameters
    ----------
    number : int
    settings : callable
        Gives the course's settings for student code, when they are entered.
    busy : bool
        Whether there is something to execute for sure: then, what they need is imported from now
        on, before they are entered.
    """
    threads = max(1, (os.cpu_count() or 1) // number)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    # The course's own modules, which its hidden tests may use, lie in its folder.
    path = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))
    environment = dict.fromkeys(names, str(threads)) | {"PYTHONPATH": path}
    if sys.platform != "linux":
        return _running(number, environment, {})
    environment[shared.ADDRESS] = str(own_folder() / "zygote")
    if busy:
        _import_ahead(environment)
    return _with_zygote(number, environment, settings, busy)


def _import_ahead(environment: dict[str, str]) -> None:
    """Start the process from which the workers are forked: it imports once for all of them."""
    from distributed.utils import get_mp_context

    with dask.config.set(_FORKED):
        get_mp_context()  # sets a list of its own, the first time; ours contains it
    multiprocessing.set_forkserver_preload([*IMPORTS, *find_subject().worker_imports])
    before, place = dict(os.environ), tempfile.tempdir
    os.environ.update(environment)  # some libraries read theirs when they are imported
    tempfile.tempdir = str(own_folder())  # what it leaves there goes even if we are killed
    try:
        with deaf():
            ensure_running()
    finally:
        tempfile.tempdir = place
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _with_zygote(
    number: int,
    environment: dict[str, str],
    settings: Callable[[], Sandbox],
    busy: bool,
) -> Iterator[Any]:
    """Forked workers, whose kernels are forked from one process too."""
    if not busy:
        _import_ahead(environment)
    sandbox = settings()

    def start() -> tuple[str, Forks] | None:
        # Not `zygote.running`, which would ask for one at the address: of the thread that is here.
        try:
            if backends.choose(sandbox) != "bubblewrap" or not sandbox.fork:
                return None
            mounts = common_mounts({**os.environ, **environment}, find_subject())
            return zygote.purpose_of(sandbox, mounts), zygote.Zygote(sandbox, mounts)
        except SandboxUnavailable as error:
            sandbox.log.info("Every kernel imports torch itself. %s", error)
            return None

    with (
        shared.lending(Path(environment[shared.ADDRESS]), start),
        _running(number, environment, _FORKED) as client,
    ):
        yield client


@contextmanager
def _running(
    number: int, environment: dict[str, str], method: dict[str, str]
) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    settings = {f"distributed.nanny.pre-spawn-environ.{n}": v for n, v in environment.items()} | {
        "temporary-directory": str(own_folder()),
        # Nobody looks at the profiles that a worker takes of itself 100 times a second.
        "distributed.worker.profile.enabled": False,
    }
    try:
        with dask.config.set(settings | method), ExitStack() as stack:
            with undisturbed():  # Dask has no way back from half a cluster
                cluster = LocalCluster(
                    n_workers=number,
                    threads_per_worker=1,
                    resources={GPU: 1},
                    memory_limit=None,  # of student code, not of the worker: the sandbox sees to it
                    dashboard_address="127.0.0.1:0",  # any free port, for us alone
                    # Without it every account here could have its code run by our workers.
                    security=True,
                    silence_logs=logging.CRITICAL,
                )
                stack.enter_context(cluster)
                client = stack.enter_context(Client(cluster))
            try:
                yield client
            finally:
                with undisturbed():
                    stack.close()
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
