"""What was handed in, and whether anybody is new."""

from __future__ import annotations

import glob
from pathlib import Path

from autograder.course import expect_course
from autograder.errors import UsageError
from autograder.results import Bookings
from autograder.results.store import store_folder


def labs_of(course: Path, named: tuple[str, ...]) -> list[str]:
    """The labs to grade: those that were named, else all of which something was handed in.

    Raises
    ------
    UsageError
        If this is no course, or there is no such lab.
    """
    expect_course(course)
    known = sorted(path.parent.name for path in (course / "solutions").glob("*/*.ipynb"))
    for name in named:
        if name not in known:
            raise UsageError(f"There is no lab {name!r}; there are: {', '.join(known)}.")
    handed_in = {path.name for path in (course / "submitted").glob("*/*") if path.is_dir()}
    found = [name for name in known if name in (named or handed_in)]
    if not found:
        raise UsageError(
            f"Nothing to grade: no folder {course}/submitted/<student>/<lab>."
            " `nbgrader zip_collect <lab>` makes them from downloaded archives."
        )
    return found


def has_news(course: Path, labs: list[str]) -> bool:
    """Whether somebody handed something in who was never graded before."""
    bookings = Bookings(store_folder(course))
    return any(
        bookings.get(lab, path.parent.name) is None
        for lab in labs
        for path in (course / "submitted").glob(f"*/{glob.escape(lab)}")
    )
