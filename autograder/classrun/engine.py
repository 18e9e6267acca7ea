"""One engine for all of nbgrader's ways to the gradebook."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import nbgrader.api


@contextmanager
def one_engine() -> Iterator[None]:
    """Inside, nbgrader connects to a gradebook with the same engine each time.

    It opens the gradebook ten times for each submission. An engine of its own would compile every
    statement anew and leave it in SQLAlchemy's caches: about half of the time that the bookkeeping
    takes, and memory that grows with the first two hundred submissions.
    """
    create_engine = nbgrader.api.create_engine
    nbgrader.api.create_engine = functools.cache(create_engine)
    try:
        yield
    finally:
        nbgrader.api.create_engine = create_engine
