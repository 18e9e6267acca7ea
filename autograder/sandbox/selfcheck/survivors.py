"""Promises about the end: nothing that a submission starts outlives its kernel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import psutil
from traitlets.config import Config

from autograder.sandbox.selfcheck.promises import Broken, expect, promise_of_its_own
from autograder.sandbox.selfcheck.trial import Trial, trial

SECONDS = 10.0

# A child, and a daemon: a grandchild in its own session, whose parent is gone.
_CHILDREN = """
import os, subprocess, sys, time
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(600)", {mark!r}]
subprocess.Popen(sleep)
if (child := os.fork()) == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sleep[0], sleep)
    os._exit(0)
os.waitpid(child, 0)
time.sleep(1)
print("started")
"""
_DEAF = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        time.sleep(1)
    except KeyboardInterrupt:
        pass
"""


def start_children(room: Trial) -> str:
    """Start two processes in the kernel that can be found by the mark on their command line."""
    mark = f"survivor-{uuid.uuid4()}"
    expect(room.run(_CHILDREN.format(mark=mark)), "started")
    if len(_marked(mark)) != 2:
        raise Broken(f"{len(_marked(mark))} of 2 processes were found: the check itself is wrong")
    return mark


def _marked(mark: str) -> list[int]:
    """The processes of this host with that mark."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "status"])
        if mark in (process.info["cmdline"] or ())
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def _expect_gone(mark: str) -> str:
    end = time.monotonic() + SECONDS
    while left := _marked(mark):
        if time.monotonic() > end:
            for number in left:
                psutil.Process(number).kill()
            raise Broken(f"{len(left)} of 2 processes were still running {SECONDS:.0f} s later")
        time.sleep(0.05)
    return "a child and a daemon are gone"


@promise_of_its_own("no survivors after the end of a submission")
def shutdown(config: Config) -> str:
    """Start processes, then end the kernel as nbgrader does."""
    with trial(config) as room:
        mark = start_children(room)
        room.manager.shutdown_kernel()
        return _expect_gone(mark)


@promise_of_its_own("no survivors after a time-out, though interrupts are ignored")
def time_out(config: Config) -> str:
    """Start processes and an endless loop that ignores every polite request to stop."""
    with trial(config) as room:
        mark = start_children(room)
        if not room.run(_DEAF, seconds=1).late:
            raise Broken("an endless loop ended")
        room.manager.interrupt_kernel()
        room.manager.shutdown_kernel(now=True)
        return _expect_gone(mark)


@promise_of_its_own("no survivors after the kernel's own sudden end")
def sudden_end(config: Config) -> str:
    """Start processes, then leave without a word."""
    with trial(config) as room:
        mark = start_children(room)
        if not room.run("import os; os._exit(0)", seconds=20).died:
            raise Broken("the kernel answered after its end")
        room.manager.cleanup_resources()
        return _expect_gone(mark)


@promise_of_its_own("no survivors after the grader's own sudden end")
def dead_grader(config: Config) -> str:
    """Start processes from a second grader, and kill that one."""
    module = "autograder.sandbox.selfcheck.second_grader"
    with (
        tempfile.TemporaryDirectory() as folder,  # it cannot clear away its own files
        subprocess.Popen(
            [sys.executable, "-m", module, json.dumps(config.Sandbox)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": folder},
        ) as grader,
    ):
        assert grader.stdout is not None
        try:
            mark = grader.stdout.readline().strip()
            if not mark:
                raise Broken("the second grader could not start a kernel")
            processes = psutil.Process(grader.pid).children(recursive=True)
        finally:
            grader.send_signal(signal.SIGKILL)
    _, left = psutil.wait_procs(processes, SECONDS)
    if left:
        raise Broken(f"{left} were still running {SECONDS:.0f} s later")
    return f"{_expect_gone(mark)}, and {len(processes)} processes of the grader"
