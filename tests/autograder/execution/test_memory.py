"""The grader's own memory: a flood ends its kernel, a wall ends what gets past that."""

import mmap
import sys
import threading
import time

import pytest

from autograder.execution import flood
from autograder.execution.flood import FloodWatch
from autograder.execution.wall import memory_wall

MIB = 1 << 20


@pytest.fixture
def watching(monkeypatch):
    """A watch that ends what grows by 64 MiB, and whether it ended anything."""
    monkeypatch.setattr(flood, "MOST_HELD", 64 * MIB)
    monkeypatch.setattr(flood, "INTERVAL", 0.02)
    ended = threading.Event()
    watch = FloodWatch(ended.set)
    watch.start()
    yield watch, ended
    watch.finish()
    watch.join(5)
    assert not watch.is_alive()


def grown():
    """More memory of this process: mapped anew, as what was freed before may be there still."""
    held = mmap.mmap(-1, 100 * MIB)
    held.write(b"x" * (100 * MIB))
    return held


def test_a_kernel_is_ended_when_this_process_grows_while_it_waits(watching):
    watch, ended = watching
    with watch.waiting():
        held = grown()
        assert ended.wait(60)
    held.close()


def test_what_the_grader_itself_takes_ends_nothing(watching):
    watch, ended = watching
    with watch.waiting():
        time.sleep(0.1)
    held = grown()
    time.sleep(0.3)
    with watch.waiting():
        time.sleep(0.1)
    assert not ended.is_set()
    held.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone has this limit")
def test_the_wall_lets_an_allocation_fail_and_goes_away():
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryError), memory_wall(256 * MIB):
        bytearray(512 * MIB)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(512 * MIB)) == 512 * MIB
    with memory_wall(1024 * MIB):
        assert len(bytearray(256 * MIB)) == 256 * MIB
