"""Lays a submission back onto the released notebook, before anything in it is executed.

What a student wrote is taken from the submission; everything else (order, locked text, tests,
metadata, tags, points) comes from the release. `repair` is a pure function of two notebooks:

1. `together` and `apart`: a cell that was split is put together, merged ones are taken apart;
2. `match`: which submitted cell stands for which released one;
3. `lay`: the student's text in the released cell, the student's own cells where they stood.

`collect` finds the notebook among a student's files where it is not called as it should be.
Every repair is a `Change`: a line for the instructor, a sentence for the student.
"""

from autograder.repair.changes import Change
from autograder.repair.find import HandedIn, find_notebook
from autograder.repair.rebuild import NotThisLabError, repair
from autograder.repair.steps import FillLockedCells, NoReleaseError, Repair

__all__ = [
    "Change",
    "FillLockedCells",
    "HandedIn",
    "NoReleaseError",
    "NotThisLabError",
    "Repair",
    "find_notebook",
    "repair",
]
