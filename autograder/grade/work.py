"""What a worker does: execute one submission. Bytes come and bytes go.

Nothing that a submission made is ever unpickled: jobs and results are JSON, which is read by the
grader's own code.
"""

from __future__ import annotations

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
        record = ExecuteSubmission(config=Config(job.config)).execute_job(job)
    except Exception as error:  # of the grader: a submission's own end up in its outputs
        return _FAULT + f"{type(error).__name__}: {error}".encode("utf-8", "replace")
    return _RESULT + record.to_bytes()


def read_answer(answer: bytes) -> bytes | str:
    """The bytes of a record, or what went wrong."""
    if answer.startswith(_RESULT):
        return answer[len(_RESULT) :]
    return answer[len(_FAULT) :].decode()
