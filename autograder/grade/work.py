"""What a worker does: execute one submission. Bytes come and bytes go.

Nothing that a submission made is ever unpickled: jobs and results are JSON, which is read by the
grader's own code.
"""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds of the grader's own beside twice the time that a submission has.
PATIENCE = 600.0
_RESULT, _FAULT = b"result:", b"fault:"


def execute(data: bytes) -> bytes:
    """Execute a job on this machine.

    Parameters
    ----------
    data : bytes
        From `Job.to_bytes`.

    Returns
    -------
    bytes
        For `read_answer`.
    """
    from traitlets.config import Config

    from autograder.execution.stored import ExecuteSubmission
    from autograder.results.job import Job

    try:
        job = Job.from_bytes(data)
        submission = ExecuteSubmission(config=Config(job.config))
        with within(2 * submission.total_limit + PATIENCE):
            record = submission.execute_job(job)
    except Exception as error:  # of the grader: a submission's own end up in its outputs
        return _FAULT + f"{type(error).__name__}: {error}".encode("utf-8", "replace")
    return _RESULT + record.to_bytes()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End this worker, which says where it was, if the block takes longer.

    Everything that a submission does has a limit of its own. This is the wall behind them, for what
    nobody thought of: another worker starts in its place, and the class goes on.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or 2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def read_answer(answer: bytes) -> bytes | str:
    """The bytes of a record, or what went wrong."""
    if answer.startswith(_RESULT):
        return answer[len(_RESULT) :]
    return answer[len(_FAULT) :].decode()
