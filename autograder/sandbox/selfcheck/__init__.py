"""``autograder selfcheck``: what the sandbox promises, tried out on this host."""

from autograder.sandbox.selfcheck.promises import PROMISES, Broken, NotHere
from autograder.sandbox.selfcheck.selfcheck_command import selfcheck

__all__ = ["PROMISES", "Broken", "NotHere", "selfcheck"]
