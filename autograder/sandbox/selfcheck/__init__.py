"""``autograder selfcheck``: what the sandbox promises, tried out on this host."""

from autograder.sandbox.selfcheck.command import main
from autograder.sandbox.selfcheck.promises import PROMISES, Broken, NotHere

__all__ = ["PROMISES", "Broken", "NotHere", "main"]
