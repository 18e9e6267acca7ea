"""Promises about kernels of which one follows the other, or that are forked from one process."""

from __future__ import annotations

import ctypes
import uuid
from pathlib import Path

import psutil
from traitlets.config import Config

from autograder.sandbox import zygote
from autograder.sandbox.selfcheck.promises import (
    Broken,
    NotHere,
    expect,
    promise,
    promise_of_its_own,
)
from autograder.sandbox.selfcheck.trial import Trial, trial
from autograder.sandbox.selfcheck.vandal import LOOK, VANDAL


@promise("a kernel has torch as soon as it runs")
def at_once(trial: Trial) -> str:
    """Look which modules are there, and whether they compute."""
    if trial.guardian is None:
        reason = zygote.why_not() or "no sandbox, or c.Sandbox.fork is False"
        raise NotHere(f"every kernel imports it itself: {reason}")
    code = (
        "import sys; print(*(name for name in ('torch',) if name in sys.modules))\n"
        "import torch; x = torch.ones(300, 300, requires_grad=True); (x @ x).sum().backward()\n"
        "print(x.grad.sum().item())"
    )
    expect(trial.run(code), f"torch\n{2 * 300.0**3}")
    return "it was forked from a process that has torch"


@promise_of_its_own("nothing passes from one submission to the next")
def nothing_passes(config: Config) -> str:
    """Leave marks wherever one can, then look for them beside that kernel and after it."""
    mark = f"vandal-{uuid.uuid4().hex}"
    try:
        with trial(config) as first:
            expect(first.run(VANDAL.format(mark=mark)), "done")
            with trial(config) as beside:
                expect(beside.run(LOOK), "nothing was found")
        with trial(config) as after:
            return expect(after.run(LOOK), "nothing was found")
    finally:
        _clear_away(mark)


def _clear_away(mark: str) -> None:
    """Remove what the vandal left on this host, where no sandbox kept it inside."""
    for place in ("~", "/tmp", "/dev/shm"):
        (Path(place).expanduser() / mark).unlink(missing_ok=True)
    libc = ctypes.CDLL(None)
    segment = libc.shmget(0x6B646C, 0, 0) if hasattr(libc, "shmget") else -1
    if segment != -1:
        libc.shmctl(segment, 0, None)


@promise_of_its_own("random numbers are no other kernel's")
def random_numbers(config: Config) -> str:
    """Draw some in two kernels."""
    code = (
        "import random, uuid, numpy, torch\n"
        "print(random.random(), numpy.random.rand(), torch.rand(1).item(), uuid.uuid4())"
    )
    with trial(config) as one, trial(config) as other:
        drawn = [expect(room.run(code), "").split() for room in (one, other)]
    same = [value for value in drawn[0] if value in drawn[1]]
    if same:
        raise Broken(f"both kernels drew {same}")
    return "two kernels drew different ones"


@promise_of_its_own("no kernel sees, signals or traces another, or what it was forked from")
def strangers(config: Config) -> str:
    """Try it with the numbers of their processes, then kill whatever can be killed."""
    with trial(config) as other:
        strange = other.processes()
        with trial(config) as room:
            if room.guardian is not None:
                guardian = psutil.Process(room.guardian)
                strange.append(guardian.parent())
                expect(room.run(_REACH.format(numbers=[guardian.pid])), "not one was reached")
            numbers = [process.pid for process in strange]
            expect(room.run(_REACH.format(numbers=numbers)), "not one was reached")
            room.run(_KILL, seconds=5)
        expect(other.run("print('alive')"), "alive")
        gone = [process for process in strange if not process.is_running()]
    if gone:
        raise Broken(f"{gone} were killed")
    return f"{len(numbers)} processes were out of reach"


_REACH = """
import ctypes, os
libc, reached = ctypes.CDLL(None), []
attach, detach, every = 16, 17, 0x40000000
inside = [int(name) for name in os.listdir("/proc") if name.isdigit()]
for number in {numbers!r}:
    try:
        os.kill(number, 0)
        reached.append(("signalled", number))
    except OSError:
        pass
    if libc.ptrace(attach, number, None, None) == 0:
        reached.append(("traced", number))
        os.waitpid(number, every)
        libc.ptrace(detach, number, None, None)
    if number in inside:
        reached.append(("seen", number))
print("reached:", reached) if reached else print("not one was reached")
"""

# Only reached where nobody else was; the number is one more safeguard.
_KILL = """
import os, signal
numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
if len(numbers) < 20:
    for number in numbers:
        if number not in (1, os.getpid()):
            os.kill(number, signal.SIGKILL)
"""
