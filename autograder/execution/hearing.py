"""Hears what a submission's kernel says: each message is of a known form, or it is `NOISE`.

Nothing waits for it without an end either: what is sent to a kernel that nobody can reach any more,
because it closed its sockets or was cut off for what it sent, is an error after a moment.

What arrives at the grader's sockets comes from a stranger. A message is measured before it is read,
read before it is believed (`autograder.execution.contents`), and reading it raises nothing: what
cannot be read becomes a message of the kind `NOISE`, which holds its size and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import DELIM, Session
from nbclient.exceptions import DeadKernelError

from autograder.execution.contents import FORMS, MalformedError, well_formed
from labkit.wire import MOST_BYTES, MOST_PARTS, parts_at_most

NOISE = "noise"
#: Bytes of one frame; a kernel that sends a larger one is disconnected before there is room for it.
MOST_FRAME = 2 * MOST_BYTES
MOST_CONTENT = MOST_BYTES + (64 << 10)  # of a message that is read: an answer and its envelope
MOST_HEADER = 64 << 10
MOST_FRAMES = 64
MOST_SENDING = 5.0  # seconds until a message must have found its way to the kernel
#: Beside its text, what a message takes here: so many bytes it counts at the least.
ENVELOPE = 100

Message = dict[str, Any]


class StrangersChannel(AsyncZMQSocketChannel):
    """A channel on which nothing arrives but messages of a known form, and noise."""

    async def _recv(self, **kwargs: Any) -> Message:  # type: ignore[override]
        assert self.socket is not None
        frames = await self.socket.recv_multipart(copy=False)
        return read_message(self.session, frames)

    def send(self, msg: Message) -> None:
        """Send a message.

        Raises
        ------
        DeadKernelError
            If there is nobody at the other end.
        """
        try:
            super().send(msg)
        except zmq.Again as error:
            raise DeadKernelError("Nothing reaches the kernel any more") from error


def limit_sockets(client: AsyncKernelClient) -> None:
    """Before they connect: the sockets of a client take no larger frames, and no send lasts."""
    client.context.setsockopt(zmq.MAXMSGSIZE, MOST_FRAME)
    client.context.setsockopt(zmq.SNDTIMEO, round(1000 * MOST_SENDING))


def read_message(session: Session, frames: Sequence[Any]) -> Message:
    """The message in these frames, with its ``size`` in bytes.

    Parameters
    ----------
    session : Session
        Knows the key.
    frames : sequence of zmq.Frame
        As they arrived.
    """
    try:
        size = ENVELOPE + sum(len(frame) for frame in frames[5:])  # the first are its address
        return {**_read(session, frames), "size": size}
    except Exception as error:  # the stranger's
        why = str(error)[:200] if isinstance(error, MalformedError) else type(error).__name__
        size = ENVELOPE + sum(len(frame) for frame in frames)
        return _message(NOISE, _parent(session, frames), {"why": ascii(why)}) | {"size": size}


def _read(session: Session, frames: Sequence[Any]) -> Message:
    address = _address(frames)
    *heads, content = frames[address : address + 5]
    if len(heads) < 4:
        raise MalformedError("a message with too few frames")
    if any(len(head) > MOST_HEADER for head in heads) or len(content) > MOST_CONTENT:
        raise MalformedError(f"a message of {sum(map(len, [*heads, content])):,} bytes")
    parts = [bytes(head.buffer) for head in heads]
    kind, parent = session.unpack(parts[1])["msg_type"], session.unpack(parts[2])["msg_id"]
    if kind not in FORMS:  # nobody wants to know what it says
        return _message(ascii(kind)[1:-1], parent, {})
    parts.append(bytes(content.buffer))
    if any(parts_at_most(part) > 2 * MOST_PARTS for part in parts[1:]):
        raise MalformedError(f"a message of more than {MOST_PARTS:,} parts")
    return _message(kind, parent, well_formed(kind, session.deserialize(parts)["content"]))


def _address(frames: Sequence[Any]) -> int:
    """How many frames there are before the signature, header, parent, metadata and content."""
    for number, frame in enumerate(frames[:MOST_FRAMES]):
        if len(frame) == len(DELIM) and frame.bytes == DELIM:
            return number + 1
    raise MalformedError("frames without a message")


def _parent(session: Session, frames: Sequence[Any]) -> object:
    """Whose answer the noise would have been, as far as that can be told."""
    try:
        parent = frames[_address(frames) + 2]
        return session.unpack(parent.bytes)["msg_id"] if len(parent) <= MOST_HEADER else None
    except Exception:
        return None


def _message(kind: str, parent: object, content: dict[str, Any]) -> Message:
    header = {"msg_type": kind, "msg_id": ""}
    parents = {"msg_id": parent if isinstance(parent, str) else ""}
    return {
        "header": header,
        "msg_type": kind,
        "msg_id": "",
        "parent_header": parents,
        "metadata": {},
        "content": content,
        "buffers": [],
    }
