"""Notebooks of a run that are executed elsewhere, until their results have come."""

from __future__ import annotations

from autograder.classrun.executor import Executor
from autograder.classrun.ledger import Ledger, Open
from autograder.errors import GraderError
from autograder.results import Record, ResultStore
from autograder.results.job import Job
from autograder.results.store import StoreError


class Pending:
    """Asks for results; of notebooks that have the same, once.

    Parameters
    ----------
    executor : Executor or None
        None: nothing is ever asked for.
    """

    def __init__(self, executor: Executor | None, store: ResultStore, ledger: Ledger) -> None:
        self._executor, self._store, self._ledger = executor, store, ledger
        self._asked: dict[str, list[tuple[Open, str]]] = {}  # by key: whose notebook it is

    def __bool__(self) -> bool:
        return bool(self._asked)

    def is_full(self) -> bool:
        """Whether enough is waiting that no worker will be idle."""
        return self._executor is not None and bool(self) and self._executor.is_full()

    def ask(self, one: Open, notebook: str, job: Job) -> None:
        """Have a notebook of a submission executed."""
        assert self._executor is not None
        if job.key not in self._asked:
            self._executor.submit(job)
        self._asked.setdefault(job.key, []).append((one, notebook))
        one.waiting.add(notebook)

    def next_finished(self) -> tuple[list[tuple[Open, str]], Record | GraderError]:
        """Wait for a result and store it: every notebook that it is the result of, and what it is.

        A result that cannot be read or kept is an error of those notebooks alone.
        """
        assert self._executor is not None
        key, found = self._executor.next_finished()
        try:
            if isinstance(found, Record) and found.is_complete:
                self._store.put(found)
        except StoreError as error:
            self._ledger.broken = found = error
        except Exception as error:
            found = GraderError(f"its result cannot be read ({type(error).__name__}: {error})")
        return self._asked.pop(key), found
