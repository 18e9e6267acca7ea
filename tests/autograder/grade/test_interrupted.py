"""Killed at any moment, the same command goes on: same grades, nothing twice, nothing left."""

import os
import random
import shutil
import signal
import time

import pytest

pytestmark = pytest.mark.slow

STUDENTS = ("ara", "bora", "chul", "dana")
ROUNDS = 5  # with each seed; a kill in each
SEEDS = range(7)
#: What the command lines of processes have in them, the special ones first.
PARTS = {"kernel": "ipykernel", "zygote": "bwrap", "worker": "multiprocessing.forkserver"}
MOST = 12.0  # seconds until a kill: the command needs about so long


@pytest.fixture
def room(make_class, tmp_path):
    """A class that is about to be disturbed."""
    return make_class(tmp_path / "disturbed", STUDENTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_run_is_taken_up_where_it_was(
    seed, room, make_class, tmp_path, short_tmp, processes, gone, kill
):
    draw, mark = random.Random(seed), f"interrupted-{seed}"
    for number in range(ROUNDS):
        room.hand_in(draw.choice(STUDENTS), 10 * number, body=draw.choice(["x * x", "x + x"]))
        stored = room.stored()
        process = room.start("--workers", "2", KDLAB_MARK=mark)
        time.sleep(draw.uniform(1.0, MOST))
        kill(_victim(draw, processes(mark), process))
        process.communicate(timeout=300)
        # What was stored is not executed, or even written, again.
        assert stored.items() <= room.stored().items()
    room.grade(KDLAB_MARK=mark)
    assert gone(mark) == []
    assert list(short_tmp.iterdir()) == []
    assert not [path for path in room.root.rglob("*.part")]
    assert room.table() == _undisturbed(room, make_class, tmp_path / "undisturbed").table()


def _victim(draw, found, command):
    """The command itself, a worker, a kernel, or what they are forked from: whatever there is."""
    kinds = {"command": [command]}
    for process in found:
        line = " ".join(process.cmdline() if process.is_running() else [])
        for kind, part in PARTS.items():
            if part in line:
                kinds.setdefault(kind, []).append(process)
                break
    return draw.choice(kinds[draw.choice(sorted(kinds))])


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
    process.communicate(timeout=120)
    assert gone("keyboard") == []
    room.grade(KDLAB_MARK="keyboard")
    assert room.scores() == {(4.0, False)}
    assert list(short_tmp.iterdir()) == []
