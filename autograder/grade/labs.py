"""Goes through the labs of a course: release what changed, grade, collect what to tell."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp, GenerateAssignmentApp
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import OperationalError, SAWarning

from autograder.classrun import AutogradeClass, Note, Order
from autograder.classrun.unchanged import digest_of_folder
from autograder.course import command, open_course
from autograder.errors import GraderError, UsageError
from autograder.exchange.late import LatePenalty, unknown_in
from autograder.exchange.roster import Roster
from autograder.grade.table import Row, read_rows
from autograder.notebooks import UnreadableNotebookError, language_of, read_notebook
from autograder.publishing.steps import LANGUAGE_VARIABLE
from autograder.results.store import FOLDER, StoreError, store_folder


def grade(course: Path, labs: list[str], order: Order) -> dict[str, list[Row]]:
    """Grade labs and give each one's table; nbgrader does its bookkeeping in this process alone.

    Parameters
    ----------
    course : Path
        Its folder.
    order : Order
        How; what the runs note is added to it.

    Raises
    ------
    GraderError
        If the run cannot go on: the gradebook is locked, or the store cannot be written.
    """
    # nbgrader's own way with its session, which nobody here can change.
    warnings.filterwarnings("ignore", category=SAWarning)
    rows = {}
    with contextlib.chdir(course), _errors_explained(), _alone(course):
        _read_extensions(order)
        for lab in labs:
            _release(command(GenerateAssignmentApp, lab), lab)
            app = command(AutogradeApp, lab)
            _autograde(app, order)
            with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
                rows[lab] = read_rows(gradebook, lab, order.notes)
    return rows


def _read_extensions(order: Order) -> None:
    """Say before anything is graded what is wrong with the table, or unknown in it."""
    app = open_course()
    course, plugin = app.coursedir, LatePenalty(parent=app)
    if not plugin.table:
        return
    students = set(Roster(parent=app).people.ids)
    students |= {Path(path).parent.name for path in glob.glob(f"{course.root}/submitted/*/*")}
    labs = [path.parent.name for path in Path(course.root, "solutions").glob("*/*.ipynb")]
    order.remarks += unknown_in(plugin.table, students, labs)


def exit_code(notes: Iterable[Note]) -> int:
    """0: all is graded; 1: some submissions need a person; 3: the grader had a fault."""
    codes = [3 if note.fault else int(note.ungraded) for note in notes]
    return max(codes, default=0)


def _release(app: Any, lab: str) -> None:
    """Bring the gradebook's hidden tests in step with ``solutions/``, if they are not.

    ``labs/`` has the old release or the new one at any moment, also if we are killed.
    """
    course = app.coursedir
    mark = store_folder(course.root) / "released" / f"{lab}.txt"
    source = Path(course.format_path(course.source_directory, ".", lab))
    release = Path(course.format_path(course.release_directory, ".", lab))
    with Gradebook(course.db_url, course.course_id) as gradebook:
        known = lab in {assignment.name for assignment in gradebook.assignments}
    if known and mark.is_file() and mark.read_text() == _digest([source, release]):
        return
    course.release_directory = f"{FOLDER}/releasing"
    made = Path(course.format_path(course.release_directory, ".", lab))
    before = os.environ.get(LANGUAGE_VARIABLE)
    os.environ.setdefault(LANGUAGE_VARIABLE, _language(release))
    try:
        app.start()
    except SystemExit as error:
        raise GraderError(
            f"{lab} cannot be released. `nbgrader generate_assignment {lab}` says why."
        ) from error
    finally:
        if before is None:
            del os.environ[LANGUAGE_VARIABLE]
    for path in made.rglob("*"):
        target = release / path.relative_to(made)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
    shutil.rmtree(made.parent)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(_digest([source, release]))


def _digest(folders: list[Path]) -> str:
    return " ".join(digest_of_folder(folder) for folder in folders)


def _language(released: Path) -> str:
    """The language in which the lab was handed out."""
    for path in released.glob("*.ipynb"):
        with contextlib.suppress(UnreadableNotebookError):
            return language_of(read_notebook(path))
    return "both"


def _autograde(app: Any, order: Order) -> None:
    """What ``nbgrader autograde`` does; that somebody is ungraded stands in the notes."""
    app.coursedir.assignment_id = app.extra_args[0]
    converter = AutogradeClass(order, coursedir=app.coursedir, parent=app)
    try:
        converter.start()
    except NbGraderException as error:
        if not converter.ledger.has_ungraded:
            raise GraderError(f"nbgrader gave up: {error}") from error


@contextlib.contextmanager
def _alone(course: Path) -> Iterator[None]:
    """Keep a second run out: each would take the other's half-graded submissions for its own."""
    path = store_folder(course) / "grade.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):  # free again when its holder dies
            yield
    except Timeout as error:
        raise UsageError(f"Another `autograder grade` is at work in {course}.") from error


@contextlib.contextmanager
def _errors_explained() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise GraderError(
            f"The gradebook does not work: {error.orig}. Is another program writing to it, or is"
            " the disk full? What was executed is stored; the same command goes on."
        ) from error
    except StoreError:
        raise
    except OSError as error:
        raise GraderError(
            f"{error}. Make room or give the right to write there; what was executed is stored, and"
            " the same command goes on."
        ) from error
