"""Gives submissions to Dask workers, and takes their results."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from autograder.errors import GraderError
from autograder.grade.work import execute, read_answer
from autograder.grade.workers import GPU
from autograder.results import DamagedRecordError, Record
from autograder.results.job import Job

#: Submissions that wait at a worker for their turn, so that it is never idle.
AHEAD = 2


class ExecutionError(GraderError):
    """No worker could execute a submission."""


class Pool:
    """Executes submissions on workers; see `autograder.classrun.Executor`.

    Parameters
    ----------
    workers : callable
        Starts the workers, and gives a ``distributed.Client`` of theirs; called once, when there
        is something to execute.
    """

    def __init__(self, workers: Callable[[], Any]) -> None:
        self._workers = workers
        self._keys: dict[str, str] = {}  # of the jobs, by Dask's key
        self._count = 0
        self._since: dict[str, float] = {}  # by Dask's key: when it was its turn

    def start(self) -> None:
        """Let the workers start now, and not when they get something to do."""
        _ = self.client

    @cached_property
    def client(self) -> Any:
        """Of the workers, which run from now on."""
        return self._workers()

    @cached_property
    def _finished(self) -> Any:
        from distributed import as_completed

        return as_completed(loop=self.client.loop)

    def submit(self, job: Job) -> None:
        """Give a submission to the next free worker; a worker's death gives it to another one."""
        self._count += 1
        name = f"submission-{self._count}-{job.key}"
        tags = {GPU: 1} if job.device == "gpu" else None
        future = self.client.submit(execute, job.to_bytes(), key=name, pure=False, resources=tags)
        self._keys[future.key] = job.key
        self._finished.add(future)
        self._note_turns()

    def is_full(self) -> bool:
        """Whether every worker has something to do, and something after that."""
        return len(self._keys) >= (1 + AHEAD) * self._workers_now()

    def longest(self) -> float:
        """Seconds that the slowest of the submissions has taken that are executed now."""
        return max((time.monotonic() - began for began in self._since.values()), default=0.0)

    def _workers_now(self) -> int:
        return max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))

    def _note_turns(self) -> None:
        """The first that were submitted are executed; the others wait for their turn."""
        for key in list(self._keys)[: self._workers_now()]:
            self._since.setdefault(key, time.monotonic())

    def next_finished(self) -> tuple[str, Record | GraderError]:
        """Key and result of a submission, as soon as there is one."""
        future = next(self._finished)
        key = self._keys.pop(future.key)
        self._since.pop(future.key, None)
        self._note_turns()
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
