"""A kernel that nobody can reach any more costs seconds, whatever made it so."""

import asyncio
import threading
import time

import pytest
import zmq
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError

from autograder.execution import hearing
from autograder.execution.asking import DIED, TIME, Exchange
from autograder.execution.client import SubmissionClient

ENOUGH = 20.0  # seconds within which everything below has ended


class Manager:
    """A kernel's process, which lives."""

    async def is_alive(self):
        return True

    async def interrupt_kernel(self):
        pass


class Notebook:
    def __init__(self, client):
        self.kc, self.km = client, Manager()


@pytest.fixture
def client(tmp_path, monkeypatch):
    """A client, and the socket that a kernel answers at."""
    monkeypatch.setattr(hearing, "MOST_SENDING", 0.3)
    monkeypatch.setattr("autograder.execution.asking.GRACE", 1.0)
    found = SubmissionClient(transport="ipc", ip=str(tmp_path / "k"))
    ports = {f"{name}_port": number for number, name in enumerate(CHANNELS, 1)}
    found.load_connection_info({**ports, "transport": "ipc", "ip": str(tmp_path / "k"), "key": b""})
    yield found
    found.stop_channels()
    found.context.destroy(linger=0)


CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


@pytest.fixture
def kernel(client):
    """The shell socket of a kernel."""
    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.bind(f"ipc://{client.ip}-1")
    yield socket
    context.destroy(linger=0)


def greeted(client, kernel):
    """The two know each other; the client's address."""

    async def greet():
        client.start_channels(hb=False)
        client.kernel_info()

    asyncio.run(greet())
    assert kernel.poll(5000)
    return kernel.recv_multipart()[0]


def sends_a_large_frame(kernel, who):
    kernel.send_multipart([who, bytes(hearing.MOST_FRAME + 1)])


def closes_its_socket(kernel, who):
    kernel.close(linger=0)


def binds_another_kind(kernel, who):
    address = kernel.last_endpoint
    context = kernel.context
    kernel.close(linger=0)
    time.sleep(0.1)
    other = context.socket(zmq.PUB)
    other.bind(address)
    return other


def never_listens(kernel, who):
    pass


WAYS = [sends_a_large_frame, closes_its_socket, binds_another_kind, never_listens]


@pytest.mark.parametrize("moment", [0.0, 0.5], ids=["at once", "a moment later"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_exchange_with_it_ends(client, kernel, way, moment):
    there = way(kernel, greeted(client, kernel))
    time.sleep(moment)
    exchange, ended = Exchange(Notebook(client)), []

    def ask():
        for _ in range(2):  # the first may still be taken by a connection that is on its way out
            ended.append(exchange.run("1 + 1", 0.5, lambda message: None))
        ensure_event_loop().close()  # which this thread got for it

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(ENOUGH)
    assert len(ended) == 2 and set(ended) <= {DIED, TIME}
    assert exchange.unresponsive
    if there:
        there.close(linger=0)


def test_what_finds_nobody_is_a_dead_kernel(client, kernel):
    greeted(client, kernel)
    client.shell_channel.socket.disconnect(f"ipc://{client.ip}-1")  # as a large frame ends it
    message, ended = client.session.msg("kernel_info_request"), []

    def send():
        with pytest.raises(DeadKernelError, match="Nothing reaches the kernel"):
            client.shell_channel.send(message)
        ended.append(Exchange(Notebook(client)).run("1 + 1", 0.5, lambda message: None))
        ensure_event_loop().close()

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(ENOUGH)
    assert ended == [DIED]
