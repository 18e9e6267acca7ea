"""What the steps that a notebook goes through tell each other about it.

nbgrader hands a dictionary of resources from step to step. In it, under one name, lie these notes;
they begin where a submission is read, and are taken out at the end of each pass.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.repair.changes import Change
    from autograder.results.record import Record

_NAME = "autograder"


@dataclass
class Notes:
    """What is known of one notebook of one submission.

    Attributes
    ----------
    changes : list of Change
        What was repaired.
    ungraded : list of str
        Why a person must look at it.
    look_at : list of str
        What a person should look at, although it is graded.
    key : str
        Of its result in the store; empty until there is one.
    slow : str
        Where its time went, if it ran into a limit.
    executed : bool
        Whether it was executed now, and not taken from the store.
    records : mapping of str to Record
        Results by key that are known beside the store.
    may_execute : bool
        Whether it may be executed in this process.
    fresh : bool
        Whether to execute it even if its result is stored.
    """

    changes: list[Change] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    look_at: list[str] = field(default_factory=list)
    key: str = ""
    slow: str = ""
    executed: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)
    may_execute: bool = True
    fresh: bool = False


def notes_of(resources: MutableMapping[str, Any]) -> Notes:
    """The notes in nbgrader's resources; new ones if there are none."""
    found: Notes = resources.setdefault(_NAME, Notes())
    return found


def put_notes(resources: MutableMapping[str, Any], notes: Notes) -> None:
    """Begin with these notes."""
    resources[_NAME] = notes


def take_notes(resources: MutableMapping[str, Any]) -> Notes:
    """Take the notes out: nbconvert writes what is in the resources into files."""
    found: Notes = resources.pop(_NAME, None) or Notes()
    return found
