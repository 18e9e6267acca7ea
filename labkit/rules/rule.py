"""A rule, and what the source of a submission says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labkit.judge.case import Case, Fault, Observation
from labkit.judge.messages import Text
from labkit.rules.code import Code
from labkit.rules.walk import Doubt, Reached, reach

Observe = Callable[[Case], Observation]


@dataclass(frozen=True)
class Rule:
    """What an exercise does not allow.

    Parameters
    ----------
    text : Text
        The rule, as the exercise says it.
    forbids : tuple of str
        ``"library.thing"``: that, and what is below it. ``"library:name"``: whatever in the library
        has this name. ``".name"``: the attribute, of anything.
    watched : tuple of str
        What is watched while the exercise runs, see `labkit.probe.faults.forbidding`.
    """

    text: Text
    forbids: tuple[str, ...]
    watched: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether a path is one of the forbidden ones."""
        return any(_covers(each, path) for each in self.forbids)

    def names(self, attribute: str) -> bool:
        """Whether an attribute of something unknown has a forbidden name."""
        return any(each.rpartition(":")[2] == attribute for each in self.forbids if ":" in each)


def _covers(forbidden: str, path: str) -> bool:
    if forbidden.startswith("."):
        return path.endswith(forbidden)
    library, _, name = forbidden.partition(":")
    if name:
        return path.startswith(library + ".") and path.rpartition(".")[2] == name
    return path == library or path.startswith(library + ".")


@dataclass(frozen=True)
class Verdict:
    """What the source says.

    Attributes
    ----------
    broken : Fault or None
        The first forbidden thing that the exercise reaches.
    doubts : tuple of Doubt
        Where the source hides what it does: a person should look.
    """

    broken: Fault | None = None
    doubts: tuple[Doubt, ...] = ()

    def applied(self, observe: Observe) -> Observe:
        """What is seen under the rule: where it is broken, nothing but that."""
        if self.broken is None:
            return observe
        seen = Observation(fault=self.broken)
        return lambda case: seen


def verdict_on(rule: Rule | None, name: str, code: Code | None) -> Verdict:
    """What the source says about a function or class, under a rule.

    Parameters
    ----------
    rule : Rule or None
        None: everything is allowed.
    name : str
        The function or class.
    code : Code or None
        Of the submission; None: it is not known, which says nothing.
    """
    if rule is None or code is None:
        return Verdict()
    if code.is_too_long:
        return Verdict(doubts=(Doubt("the source is too long to be read", "", 0, ""),))
    try:
        reached: Reached = reach(code, name, rule.covers, rule.names)
    except RecursionError:
        return Verdict(doubts=(Doubt("the source is nested too deeply to be read", "", 0, ""),))
    hit = reached.hit
    broken = None
    if hit is not None:
        details = {"name": hit.what, "line": hit.line or -1, "source": hit.source}
        broken = Fault("forbidden", details)
    return Verdict(broken, tuple(reached.doubts))
