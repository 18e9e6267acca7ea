"""What the sandbox promises, and for each promise an attempt to break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traitlets.config import Config

from autograder.sandbox.selfcheck.trial import Reply, Trial


class Broken(Exception):
    """A promise does not hold on this host; the text says what happened instead."""


class NotHere(Exception):
    """There is nothing on this host that the promise could be about."""


@dataclass(frozen=True)
class Promise:
    """A sentence, and how it is tried out.

    Attributes
    ----------
    name : str
        The sentence.
    attempt : callable
        Tries it in a kernel, or with the configuration in kernels of its own, and returns what
        was seen; raises ``Broken`` or ``NotHere``.
    own_kernel : bool
        Whether the attempt starts (and often ends) its own kernels.
    """

    name: str
    attempt: Callable[[Trial], str] | Callable[[Config], str]
    own_kernel: bool


PROMISES: list[Promise] = []


def promise(
    name: str,
) -> Callable[[Callable[[Trial], str]], Callable[[Trial], str]]:
    """Register an attempt that leaves the kernel as it was."""

    def register(attempt: Callable[[Trial], str]) -> Callable[[Trial], str]:
        PROMISES.append(Promise(name, attempt, own_kernel=False))
        return attempt

    return register


def promise_of_its_own(
    name: str,
) -> Callable[[Callable[[Config], str]], Callable[[Config], str]]:
    """Register an attempt that needs its own kernels."""

    def register(attempt: Callable[[Config], str]) -> Callable[[Config], str]:
        PROMISES.append(Promise(name, attempt, own_kernel=True))
        return attempt

    return register


def expect(reply: Reply, wanted: str) -> str:
    """The text of a cell that has to print ``wanted`` at its end, and nothing wrong before."""
    if reply.died:
        raise Broken("the kernel died")
    if reply.late:
        raise Broken("the kernel did not answer in time")
    if reply.error:
        raise Broken(reply.error)
    text = reply.text.strip()
    if not text.endswith(wanted):
        raise Broken(text[-200:] or "it printed nothing")
    return text
