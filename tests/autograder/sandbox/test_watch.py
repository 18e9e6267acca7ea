"""The watch over a kernel's processes."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.sandbox.watch import Watch, _children, _only_sockets

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def start():
    running = []

    def start(code: str) -> subprocess.Popen:
        running.append(
            subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, text=True)
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def watch(process, **limits) -> Watch:
    watching = Watch(
        process.pid, **{"memory": 2**30, "processes": 9, "sockets": None, **limits}
    )
    watching.start()
    return watching


def test_too_much_memory_ends_the_process(start):
    process = start(f"x = b'x' * {200 * 2**20}; {SLEEP}")
    watching = watch(process, memory=100 * 2**20)
    assert process.wait(60) == -9
    watching.join(60)
    assert watching.excess == "memory"


def test_too_many_processes_end_them_all(start):
    process = start(f"import os; [os.fork() for _ in range(4)]; {SLEEP}")
    watching = watch(process, processes=5)
    assert process.wait(60) == -9
    assert watching.finish()
    assert watching.excess == "processes"


def test_modest_processes_are_left_alone(start):
    process = start(SLEEP)
    watching = watch(process)
    time.sleep(0.6)
    assert process.poll() is None
    assert watching.finish() and watching.excess is None
    assert process.wait(60) == -9


def test_an_orphan_is_found_by_having_been_seen(start):
    process = start(
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-S', '-c', {SLEEP!r}], start_new_session=True)\n"
        "print(p.pid, flush=True); time.sleep(3)"
    )
    watching = watch(process)
    orphan = psutil.Process(int(process.stdout.readline()))
    assert process.wait(60) == 0
    assert watching.finish()
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_the_guardian_is_left_to_clear_away_first(start, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.watch.SECONDS_TO_CLEAR_AWAY", 0.3)
    kernel, guardian = start(SLEEP), start(SLEEP)
    watching = watch(kernel, guardian=guardian.pid)
    began = time.monotonic()
    assert watching.finish()
    assert time.monotonic() - began >= 0.3  # it did not end by itself
    assert (kernel.wait(60), guardian.wait(60)) == (-9, -9)


def test_a_guardian_that_ends_by_itself_is_not_killed(start):
    kernel = start(SLEEP)
    guardian = start(
        "import os, time\n"
        f"while os.path.exists('/proc/{kernel.pid}') and b'Z' not in "
        f"open('/proc/{kernel.pid}/stat', 'rb').read().rpartition(b')')[2][:3]: time.sleep(0.01)"
    )
    watching = watch(kernel, guardian=guardian.pid)
    assert watching.finish()
    assert (kernel.wait(60), guardian.wait(60)) == (-9, 0)


def test_children_are_found_where_linux_does_not_tell_them(start, monkeypatch):
    process = start(f"import os; pid = os.fork(); pid and print(pid, flush=True); {SLEEP}")
    child = int(process.stdout.readline())
    told = _children(psutil.Process(process.pid))
    monkeypatch.setattr("autograder.sandbox.watch.Path", lambda name: Path("/no/such/place"))
    assert [each.pid for each in told] == [child]
    assert _children(psutil.Process(process.pid)) == told
    psutil.Process(child).kill()


def test_a_folder_of_sockets_may_hold_sockets_and_the_connection_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kernel.json").write_text("{}")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("k-1")
        assert _only_sockets(tmp_path)


@pytest.mark.parametrize("what", ["file", "folder", "link", "large", "many"])
def test_a_folder_of_sockets_may_hold_nothing_else(tmp_path, monkeypatch, what):
    monkeypatch.chdir(tmp_path)
    if what == "file":
        (tmp_path / "k-6").write_text("x")
    elif what == "folder":
        (tmp_path / "k-6").mkdir()
    elif what == "link":
        (tmp_path / "k-6").symlink_to("/dev/zero")
    elif what == "large":
        (tmp_path / "kernel.json").write_bytes(bytes(2**20))
    else:
        for number in range(20):
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(f"k-{number}")
    assert not _only_sockets(tmp_path)
