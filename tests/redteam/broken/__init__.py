"""Broken submissions, made afresh: what must be graded all the same, and what cannot be."""

from broken import (  # noqa: F401 - they register what they define
    cells,
    contents,
    editors,
    files,
    sources,
)
from broken.lab import ANSWER, EXERCISES, INPUT, Lab, instructor_notebook, named
from broken.register import BROKEN, Broken

__all__ = [
    "ANSWER",
    "BROKEN",
    "EXERCISES",
    "INPUT",
    "Broken",
    "Lab",
    "instructor_notebook",
    "named",
]
