"""What was handed in, whether anybody is new, and what lies where nobody looks for it."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import expect_course
from autograder.errors import UsageError
from autograder.nearest import nearest
from autograder.results import Bookings
from autograder.results.store import store_folder
from autograder.terminal import printable

FOLDER = "submitted"


def labs_of(course: Path, named: Sequence[str]) -> list[str]:
    """The labs to grade: those that were named, else all of which something was handed in.

    Raises
    ------
    UsageError
        If this is no course, or there is no such lab.
    """
    expect_course(course)
    known = _labs(course)
    for name in named:
        if name not in known:
            there = ", ".join(known) or "none"
            raise UsageError(f"There is no lab {name!r}; there are: {there}.{_meant(name, known)}")
    handed_in = {path.name for path in (course / FOLDER).glob("*/*") if path.is_dir()}
    found = [name for name in known if name in (named or handed_in)]
    if not found:
        raise UsageError(
            f"Nothing to grade: no folder {course}/{FOLDER}/<student>/<lab>."
            " `nbgrader zip_collect <lab>` makes them from downloaded archives."
            + "".join(f" {text}" for text in misplaced(course))
        )
    return found


def _labs(course: Path) -> list[str]:
    return sorted({path.parent.name for path in (course / "solutions").glob("*/*.ipynb")})


def _meant(name: str, labs: Sequence[str]) -> str:
    """The nearest lab; of a path, its last part may be one."""
    last = Path(name).name.removesuffix(".ipynb")
    return f" Did you mean {last!r}?" if last in labs else nearest(last, labs)


def students_of(course: Path, labs: Sequence[str], named: str | None) -> frozenset[str] | None:
    """The students to grade, from a list with commas; None for all.

    Raises
    ------
    UsageError
        If one of them has handed nothing in.
    """
    if named is None:
        return None
    wanted = frozenset(filter(None, map(str.strip, named.split(","))))
    there = {
        path.parent.name
        for lab in labs
        for path in (course / FOLDER).glob(f"*/{glob.escape(lab)}")
    }
    if not wanted:
        raise UsageError("--students names nobody. Write ids with commas: --students mina,jun")
    for student in sorted(wanted - there):
        raise UsageError(
            f"{printable(student)!r} has handed nothing in for {', '.join(labs)}: no folder"
            f" {FOLDER}/{printable(student)}/{labs[0]}.{nearest(student, there)}"
        )
    return wanted


def misplaced(course: Path) -> list[str]:
    """A line for each notebook in ``submitted/`` that lies where nobody looks, and where to put it.

    Of a student's folder that has the lab's, notebooks beside that are the student's own.
    """
    labs = _labs(course)
    top = course / FOLDER
    entries = sorted(top.iterdir()) if top.is_dir() else []
    return [printable(text) for entry in entries for text in _misplaced(entry, labs)]


def _misplaced(entry: Path, labs: Sequence[str]) -> Iterator[str]:
    if entry.is_symlink():
        return
    if entry.suffix == ".ipynb" and entry.is_file():
        yield _told(entry.name, "<student>", labs[0] if len(labs) == 1 else "<lab>")
    elif entry.name in labs and entry.is_dir():
        students = [path.name for path in sorted(entry.iterdir()) if path.is_dir()]
        where = f"{FOLDER}/{entry.name}/{students[0] if students else '<student>'}"
        yield f"{where} is swapped: put it into {FOLDER}/{where.split('/')[-1]}/{entry.name}."
    elif entry.is_dir() and not any((entry / lab).is_dir() for lab in labs):
        for path in sorted(entry.glob("*.ipynb")):
            if path.is_file() and not path.name.startswith("."):
                lab = path.stem if path.stem in labs else "<lab>"
                yield _told(f"{entry.name}/{path.name}", entry.name, lab)


def _told(file: str, student: str, lab: str) -> str:
    return f"{FOLDER}/{file} is in no lab's folder: put it into {FOLDER}/{student}/{lab}/."


def has_news(course: Path, labs: list[str]) -> bool:
    """Whether somebody handed something in who was never graded before."""
    bookings = Bookings(store_folder(course))
    return any(
        bookings.get(lab, path.parent.name) is None
        for lab in labs
        for path in (course / FOLDER).glob(f"*/{glob.escape(lab)}")
    )
