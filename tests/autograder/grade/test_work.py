"""What a worker answers: bytes, whatever happens."""

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from autograder.classrun import Note
from autograder.errors import GraderError
from autograder.grade import work
from autograder.grade.labs import exit_code
from autograder.grade.pool import Pool
from autograder.grade.work import execute, read_answer
from autograder.results import Record


def test_a_worker_with_other_versions_refuses_and_says_which(job_of):
    said = read_answer(execute(job_of().to_bytes()))
    assert said.startswith("JobError: this machine has other checks than the one that asks")
    assert "not none. Install the same grader, course" in said


@pytest.mark.parametrize("nonsense", [b"", b"{}", b"\x80\x04."])
def test_nonsense_is_answered_too(nonsense):
    assert isinstance(read_answer(execute(nonsense)), str)


BLOCKED = """
import socket, time
from autograder.grade.work import within
with within({seconds}):
    time.sleep(0.1)
{rest}
"""
FOR_EVER = """
with within(0.5):
    one, other = socket.socketpair()
    other.recv(1)  # in C, where no exception and no signal's function gets
"""


@pytest.mark.parametrize(("rest", "code"), [("print('whole')", 0), (FOR_EVER, 1)])
def test_a_worker_that_waits_for_ever_ends_and_says_where_it_was(rest, code):
    program = BLOCKED.format(seconds=0.3, rest=rest + "\ntime.sleep(0.4)")
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert ("Timeout" in done.stderr) == (code == 1)
    assert done.stdout == ("whole\n" if code == 0 else "")


def test_that_wall_stands_behind_all_limits_of_a_submission(job_of, monkeypatch):
    asked = []

    @contextmanager
    def noted(seconds):
        asked.append(seconds)
        yield

    monkeypatch.setattr(work, "within", noted)
    job = job_of()
    limits = replace(job, config={"ExecuteSubmission": {"total_limit": 50.0}})
    for each in (job, limits):
        execute(each.to_bytes())
    assert asked == [2 * 900 + work.PATIENCE, 2 * 50 + work.PATIENCE]


NOTES = {
    "repaired": Note("mina", "lab1", "a cell was missing"),
    "unreadable": Note("jun", "lab1", "no notebook", "UNGRADED"),
    "fault": Note("soo", "lab1", "GraderError", "UNGRADED", fault=True),
}


@pytest.mark.parametrize(
    ("names", "code"),
    [((), 0), (("repaired",), 0), (("unreadable", "repaired"), 1), (("fault", "unreadable"), 3)],
)
def test_the_exit_code_says_who_has_to_look(names, code):
    assert exit_code([NOTES[name] for name in names]) == code


class Future:
    """What Dask gives for a task."""

    def __init__(self, key, answer):
        self.key, self.answer = key, answer

    def result(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def release(self): ...


class Client:
    """A cluster of two workers that never answers by itself."""

    loop = None

    def __init__(self):
        self.asked = []

    def submit(self, function, data, *, key, pure, resources):
        self.asked.append((function, resources))
        return Future(key, self.answer)

    def scheduler_info(self, n_workers):
        return {"workers": {"a": 1, "b": 2}}


@pytest.fixture
def pool(monkeypatch):
    """A pool whose workers answer what the test says."""
    class Finished(list):
        def __init__(self, loop):
            super().__init__()

        add = list.append

        def __next__(self):
            return self.pop(0)

    monkeypatch.setattr("distributed.as_completed", Finished)
    return Pool(Client)


def answered(pool, answer, job):
    pool.client.answer = answer
    pool.submit(job)
    return pool.next_finished()


def test_a_record_comes_as_a_record(pool, job_of, make_record):
    job = job_of()
    key, found = answered(pool, b"result:" + make_record(job.key).to_bytes(), job)
    assert key == job.key
    assert isinstance(found, Record)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"fault:JobError: other versions", "other versions"),
        (b"result:damaged on the way", "damaged"),
        (RuntimeError("KilledWorker"), "no worker could do it: RuntimeError: KilledWorker"),
    ],
)
def test_whatever_else_comes_is_the_graders_fault(pool, job_of, answer, told):
    _, found = answered(pool, answer, job_of())
    assert isinstance(found, GraderError)
    assert told in str(found)


def test_it_is_full_when_every_worker_has_work_and_some_ahead(pool, job_of):
    pool.client.answer = b""
    sizes = []
    for number in range(8):
        sizes.append(pool.is_full())
        pool.submit(job_of(seed=number))
    assert sizes == [False] * 6 + [True] * 2


def test_only_jobs_with_a_gpu_ask_for_the_tag(pool, job_of):
    pool.client.answer = b""
    pool.submit(job_of(device="gpu"))
    pool.submit(job_of())
    assert [resources for _, resources in pool.client.asked] == [{"gpu": 1}, None]
    assert pool.client.asked[0][0] is execute
