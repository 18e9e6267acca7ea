"""One zygote, started by one process of the grader and used by others too."""

import os
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest
from traitlets.config import Config

from autograder.sandbox import (
    KERNEL_NAME,
    Mounts,
    Sandbox,
    add_kernel_spec,
    backends,
    mounted,
    shared,
    zygote,
)
from autograder.sandbox.forks import Forks, pair

LIGHT = Mounts(imports=("json",))  # torch would only take longer


@pytest.fixture
def address(tmp_path, monkeypatch):
    """Where the lender is to be, told to everybody."""
    monkeypatch.setenv(shared.ADDRESS, str(tmp_path / "z"))
    return tmp_path / "z"


@pytest.fixture
def borrow():
    """Borrows for a purpose; gives everything back in the end."""
    borrowed = []

    def borrow(purpose):
        found = shared.borrow(purpose)
        borrowed.extend([found] if found else [])
        return found

    yield borrow
    for each in borrowed:
        each.end()


@pytest.fixture
def fake():
    """Forks with a socket at whose other end nobody forks, and that socket's other end."""
    ours, theirs = pair()
    with ours, theirs:
        yield Forks(ours, os.open("/dev/null", os.O_RDONLY)), theirs


def test_without_a_lender_nothing_is_borrowed(monkeypatch, tmp_path, borrow):
    monkeypatch.delenv(shared.ADDRESS, raising=False)
    assert borrow("kernels") is None
    monkeypatch.setenv(shared.ADDRESS, str(tmp_path / "nobody"))
    assert borrow("kernels") is None


def test_what_is_borrowed_leads_to_the_same_zygote(address, fake, borrow):
    forks, other_end = fake
    with shared.lending(address, lambda: ("kernels", forks)):
        borrowed = [borrow("kernels") for _ in range(2)]
    assert not address.exists()
    for number, each in enumerate(borrowed):
        assert os.path.samestat(os.fstat(each.userns), os.stat("/dev/null"))
        each.control.send(b"%d" % number)
        assert other_end.recv(10) == b"%d" % number
        assert each.alive
    other_end.close()
    assert not any(each.alive for each in borrowed)


def test_kernels_of_another_kind_need_another_one(address, fake, borrow):
    before = len(os.listdir("/proc/self/fd"))
    with shared.lending(address, lambda: ("kernels", fake[0])):
        assert borrow("other kernels") is None
    assert len(os.listdir("/proc/self/fd")) <= before  # what was offered was closed again


def test_it_is_started_once_and_before_anybody_asks(address, fake, borrow):
    started = threading.Semaphore(0)

    def start():
        started.release()
        return "kernels", fake[0]

    with shared.lending(address, start):
        assert started.acquire(timeout=60)
        assert borrow("kernels") and borrow("kernels")
        assert not started.acquire(timeout=0.2)


def test_if_there_can_be_none_everybody_is_told(address, borrow):
    with shared.lending(address, lambda: None):
        assert borrow("kernels") is None


def test_if_the_start_fails_nobody_waits(address, borrow, monkeypatch):
    failed = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: failed.set())

    def start():
        raise ValueError("no zygote today")

    with shared.lending(address, start):
        assert borrow("kernels") is None
    assert failed.wait(60)


def test_one_that_ended_is_not_lent(address, fake, borrow):
    forks, other_end = fake
    with shared.lending(address, lambda: ("kernels", forks)):
        assert borrow("kernels") is not None
        other_end.close()
        assert borrow("kernels") is None


def test_a_borrower_that_hangs_up_does_not_disturb_the_next_one(address, fake, borrow):
    with shared.lending(address, lambda: ("kernels", fake[0])):
        for _ in range(3):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as rude:
                rude.connect(str(address))
        assert borrow("kernels") is not None


@pytest.mark.slow
class TestReal:
    """With a real zygote."""

    @pytest.fixture
    def lent(self, address):
        """A zygote that this process lends."""
        if missing := backends.what_is_missing():
            pytest.fail(f"The sandbox cannot be tested. {missing}")
        zygote.end()
        sandbox, made = Sandbox(), []

        def start():
            made.append(zygote.Zygote(sandbox, LIGHT))
            return zygote.purpose_of(sandbox, LIGHT), made[0]

        with shared.lending(address, start):
            yield made
        zygote.end()
        until = time.monotonic() + 10
        while made[0]._keeper.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        assert not made[0]._keeper.is_alive()  # it ends with the last who held it

    def test_kernels_are_forked_from_what_was_borrowed(self, lent, tmp_path):
        from jupyter_client.manager import KernelManager

        add_kernel_spec()
        manager = KernelManager(
            kernel_name=KERNEL_NAME, config=Config(Sandbox={"backend": "bubblewrap"})
        )
        with mounted(Mounts(working_folder=tmp_path, imports=LIGHT.imports)):
            manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            assert type(zygote._current[1]) is Forks
            assert manager.provisioner.guardian is not None
            code = "import os; assert os.getuid() == 1000"
            assert client.execute_interactive(code, timeout=30)["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    def test_another_process_starts_none_of_its_own(self, lent):
        code = (
            "import psutil\n"
            "from autograder.sandbox import Mounts, Sandbox, zygote\n"
            "found = zygote.running(Sandbox(), Mounts(imports=('json',)))\n"
            "print(type(found).__name__, len(psutil.Process().children(recursive=True)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
        )
        assert done.stdout.split() == ["Forks", "0"], done.stderr

    def test_if_it_is_killed_a_borrower_starts_its_own(self, lent):
        assert type(zygote.running(Sandbox(), LIGHT)) is Forks
        for process in zygotes_below():
            process.kill()
        lent[0]._keeper.join(60)
        until = time.monotonic() + 5
        while zygote._current[1].alive and time.monotonic() < until:
            time.sleep(0.02)
        assert type(zygote.running(Sandbox(), LIGHT)) is zygote.Zygote


def zygotes_below():
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if any("inside.zygote" in word for word in child.cmdline())
    ]
