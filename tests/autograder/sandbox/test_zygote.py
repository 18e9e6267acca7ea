"""The process that kernels are forked from, seen from the grader."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from autograder.sandbox import Mounts, Sandbox, backends, zygote
from autograder.sandbox.inside.zygote import shared_mappings

LIGHT = Mounts(imports=("json",))  # torch would only take longer


@pytest.fixture
def ours():
    """No zygote before, none after; fails where there can be none."""
    if missing := backends.what_is_missing():
        pytest.fail(f"The sandbox cannot be tested. {missing}")
    zygote.end()
    yield
    zygote.end()


def below(seconds: float = 0) -> list[psutil.Process]:
    """This process's zygotes, with whatever started them."""
    end = time.monotonic() + seconds
    while True:
        found = [
            child for child in psutil.Process().children(recursive=True) if _is_a_zygote(child)
        ]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)


def _is_a_zygote(process: psutil.Process) -> bool:
    try:
        return any("inside.zygote" in word for word in process.cmdline())
    except psutil.NoSuchProcess:  # it has ended meanwhile; so has a zombie
        return False


def test_without_imports_there_is_nothing_to_fork_for(monkeypatch):
    monkeypatch.setattr(zygote, "Zygote", lambda *a: pytest.fail("nobody needs one"))
    assert zygote.running(Sandbox(), Mounts()) is None
    assert zygote.running(Sandbox(fork=False), LIGHT) is None


def test_memory_that_forks_would_share_is_found():
    maps = (
        "7f00-7f01 rw-s 00000000 00:05 1024   /dev/zero (deleted)\n"
        "7f01-7f02 r--s 00000000 fe:00 338846 /usr/lib/gconv/gconv-modules.cache\n"
        "7f02-7f03 rw-p 00000000 00:00 0\n"
    )
    assert shared_mappings(maps) == [maps.splitlines()[0]]


def test_a_module_with_shared_memory_is_refused(tmp_path):
    (tmp_path / "sharing.py").write_text("import mmap; memory = mmap.mmap(-1, 4096)")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder.sandbox.inside.zygote import prepare; prepare(['sharing'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert "Memory that forks would write to together" in done.stderr


@pytest.mark.slow
class TestRunning:
    """With real ones."""

    def test_kernels_of_one_kind_have_one_zygote(self, ours):
        first = zygote.running(Sandbox(), LIGHT)
        assert first is not None and first.alive and zygote.why_not() is None
        assert zygote.running(Sandbox(), LIGHT) is first

    def test_another_environment_needs_another_one(self, ours):
        first = zygote.running(Sandbox(), LIGHT)
        other = zygote.running(Sandbox(), Mounts(imports=("json",), environment={"A": "1"}))
        assert other is not None and other is not first
        first._keeper.join(60)
        assert not first.alive

    def test_one_that_was_killed_is_replaced(self, ours):
        first = zygote.running(Sandbox(), LIGHT)
        for process in below():
            process.kill()
        first._keeper.join(60)
        second = zygote.running(Sandbox(), LIGHT)
        assert second is not first and second.alive

    def test_imports_that_fail_leave_kernels_to_start_by_themselves(self, ours, caplog):
        log = logging.getLogger("zygote")
        sandbox, wrong = Sandbox(log=log), Mounts(imports=("no_such_module",))
        with caplog.at_level(logging.INFO):
            assert zygote.running(sandbox, wrong) is None
            assert zygote.running(sandbox, wrong) is None
        assert "No module named 'no_such_module'" in zygote.why_not()
        assert len(caplog.records) == 1  # it is not tried again for every kernel

    def test_it_outlives_the_thread_that_asked_for_it(self, ours):
        asking = threading.Thread(target=zygote.running, args=(Sandbox(), LIGHT))
        asking.start()
        asking.join()
        time.sleep(0.2)
        assert zygote.running(Sandbox(), LIGHT).alive and len(below()) == 2  # bubblewrap and it

    def test_it_ends_when_it_is_told_to(self, ours):
        zygote.running(Sandbox(), LIGHT)
        zygote.end()
        assert below(10) == []

    def test_a_room_that_went_away_gets_no_kernel(self, ours):
        here, room = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        room.close()
        assert zygote.running(Sandbox(), LIGHT).fork(here, admit=pytest.fail) is None

    def test_a_fork_of_the_grader_does_not_use_its_zygote(self, ours):
        zygote.running(Sandbox(), LIGHT)
        if (child := os.fork()) == 0:
            os._exit(0 if zygote._current is None else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert zygote.running(Sandbox(), LIGHT).alive

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
    def test_it_ends_with_its_grader(self, ours, how):
        code = (
            "import time\n"
            "from autograder.sandbox import Mounts, Sandbox, zygote\n"
            "assert zygote.running(Sandbox(), Mounts(imports=('json',)))\n"
            "print('ready', flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as grader:
            assert grader.stdout.readline() == b"ready\n"
            processes = psutil.Process(grader.pid).children(recursive=True)
            grader.send_signal(how)
        assert len(processes) == 2
        _, left = psutil.wait_procs(processes, 10)
        assert left == []


@pytest.mark.slow
def test_a_room_whose_kernel_is_not_admitted_starts_it_by_itself(ours, monkeypatch, tmp_path):
    from jupyter_client.manager import KernelManager
    from traitlets.config import Config

    from autograder.sandbox import KERNEL_NAME, add_kernel_spec, mounted
    from autograder.sandbox.provisioner import SandboxProvisioner

    def refuse(self, guardian):
        raise OSError("no control group for it")

    monkeypatch.setattr(SandboxProvisioner, "_admit", refuse)
    add_kernel_spec()
    manager = KernelManager(
        kernel_name=KERNEL_NAME, config=Config(Sandbox={"backend": "bubblewrap"})
    )
    with mounted(Mounts(working_folder=tmp_path, imports=("json",))):
        manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        assert manager.provisioner.guardian is None
        assert zygote.why_not() == "no control group for it"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
