"""Killed at any moment, the same command goes on: same grades, nothing twice, nothing left."""

import contextlib
import itertools
import os
import random
import re
import shutil
import signal
import time

import psutil
import pytest

from autograder.sandbox import backends

pytestmark = pytest.mark.slow

#: A right and a wrong answer; whoever is not in a sandbox gives neither.
BODIES = [f"({body}) if os.uname().nodename == 'room' else 1 / 0" for body in ("x * x", "x + x")]
STUDENTS = ("ara", "bora", "chul", "dana")
SEEDS = range(3)  # with each, two processes of every kind are killed
#: What its command line is like, and what that of its parent; and for how many seconds it may live
#: on once it is seen: kernels and sandboxes have not long to live anyway.
KINDS = {
    "command": (r"autograder grade", r"^$", 8.0),
    "worker": (r"forkserver", r"forkserver", 1.5),
    "zygote": (r"inside\.zygote", r"^\S*bwrap", 3.0),
    "sandbox": (r"--unshare-pid", r"forkserver", 0.2),
    "kernel": (r"inside\.zygote", r"^\S*python.*inside\.zygote", 0.2),
}


@pytest.fixture
def room(make_class, tmp_path):
    """A class that is about to be disturbed."""
    return make_class(tmp_path / "disturbed", STUDENTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_run_is_taken_up_where_it_was(seed, room, make_class, tmp_path, short_tmp, gone):
    draw, mark, numbers = random.Random(seed), f"interrupted-{seed}", itertools.count(10)
    kinds = ["command", "worker"] if backends.what_is_missing() else sorted(KINDS)
    left = draw.sample(2 * kinds, 2 * len(kinds))
    for _ in range(10 * len(left)):  # again for those that were not there any more
        for kind in _disturb(room, draw, next(numbers), mark, left[:2]):
            left.remove(kind)
        if not left:
            break
        draw.shuffle(left)
    assert left == [], "of these none was there to be killed"
    room.grade(KDLAB_MARK=mark)
    assert gone(mark) == []
    assert list(short_tmp.iterdir()) == []
    assert not [path for path in room.root.rglob("*.part")]
    assert room.table() == _undisturbed(room, make_class, tmp_path / "undisturbed").table()


def _disturb(room, draw, number, mark, kinds):
    """Grade something new, and kill processes of kinds meanwhile; of which kinds it was one."""
    room.hand_in(draw.choice(STUDENTS), number, draw.choice(BODIES))
    stored = room.stored()
    process = room.start("--workers", "2", KDLAB_MARK=mark)
    killed = [kind for kind in kinds if _kill(draw, process, *KINDS[kind])]
    process.communicate(timeout=300)
    # What was stored is not executed, or even written, again.
    assert stored.items() <= room.stored().items()
    return killed


def _kill(draw, command, line, parents, most):
    """Kill one process of a command as a power cut would; False if there was none to its end."""
    while command.poll() is None:
        if fitting := _fitting(psutil.Process(command.pid), line, parents):
            victim = draw.choice(fitting)
            time.sleep(draw.uniform(0, most))
            with contextlib.suppress(psutil.NoSuchProcess):  # perhaps the next lives longer
                if victim.status() != psutil.STATUS_ZOMBIE:
                    victim.kill()
                    return True
    return False


def _fitting(command, line, parents):
    """The processes of a command of which the own and the parent's command line are like that."""
    said, above = {}, {}
    for process in (command, *command.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # one of its children
            said[process], above[process] = " ".join(process.cmdline()), process.ppid()
    lines = {process.pid: text for process, text in said.items()}
    return [
        process
        for process, text in said.items()
        if re.search(line, text) and re.search(parents, lines.get(above[process], ""))
    ]


def _undisturbed(room, make_class, folder):
    """A course in which the same was handed in, graded in one go."""
    other = make_class(folder)
    shutil.copytree(room.root / "submitted", other.root / "submitted")
    shutil.copy(room.root / ".course-secret", other.root)
    other.grade()
    return other


def test_an_interrupt_from_the_keyboard_leaves_nothing_either(room, short_tmp, gone):
    process = room.start("--workers", "2", KDLAB_MARK="keyboard")
    time.sleep(6)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("stopped")
    assert gone("keyboard") == []
    room.grade(KDLAB_MARK="keyboard")
    assert room.scores() == {(4.0, False)}
    assert list(short_tmp.iterdir()) == []
