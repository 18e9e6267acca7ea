"""What lies in ``submitted/`` for an assignment, and who has handed nothing in."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from rapidfuzz import fuzz

from autograder.notebooks import UnreadableNotebookError, read_notebook
from autograder.repair.changes import plain
from autograder.repair.find import HandedIn, find_notebook

#: Signs that no student's id has: pages of nbgrader and its formgrader write ids as they are.
_NO_NAME = frozenset('<>"\\')
#: How alike, in percent, a name must be to the assignment's to be meant for it.
_MEANT = 80


@dataclass(frozen=True)
class Missing:
    """Who has handed nothing in, and by student what lies where it is not looked for."""

    students: list[str]
    misplaced: dict[str, str]


def find_all(course: Any) -> dict[str, dict[str, HandedIn]]:
    """What to grade: by student's folder and by the path that the notebook should have.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Says which assignment, students and notebooks are meant.
    """
    releases = _releases(course)
    found: dict[str, dict[str, HandedIn]] = {}
    for folder in _folders(course):
        for name, release in releases.items():
            try:
                if _is_empty(folder):
                    continue
                handed_in = _find(Path(folder), name, release)
            except Exception as error:  # whatever a stranger's files do costs nobody else anything
                told = f"its files cannot be read ({type(error).__name__}: {error})"
                handed_in = HandedIn(None, told)
            found.setdefault(folder, {})[os.path.join(folder, name)] = handed_in
    return found


def _find(folder: Path, name: str, release: NotebookNode) -> HandedIn:
    if folder.is_symlink():
        return HandedIn(None, f"the folder {folder.name} is a link")
    if glob.has_magic(str(folder)):
        return HandedIn(None, f"the path {folder} has one of the signs * ? [ ]; rename the folder")
    return find_notebook(folder, name, release)


def _releases(course: Any) -> dict[str, NotebookNode]:
    """The released notebooks that this run is about, by file name."""
    folder = Path(course.format_path(course.release_directory, ".", course.assignment_id))
    releases = {}
    for path in sorted(folder.glob("*.ipynb")):
        if fnmatch(path.stem, course.notebook_id):
            try:
                releases[path.name] = read_notebook(path)
            except UnreadableNotebookError:
                continue  # the step that lays submissions onto it will say so
    return releases


def without_name(course: Any) -> list[str]:
    """Names of folders in ``submitted/`` by which no student can be called in pages and logs."""
    names = (Path(path).parent.name for path in _all_folders(course))
    return [name for name in names if not _is_name(name)]


def _folders(course: Any) -> list[str]:
    return [path for path in _all_folders(course) if _is_name(Path(path).parent.name)]


def _all_folders(course: Any) -> list[str]:
    student, assignment = course.student_id, course.assignment_id
    pattern = course.format_path(course.submitted_directory, student, assignment)
    excluded = course.student_id_exclude.split(",")
    return [
        path
        for path in sorted(glob.glob(pattern))
        if os.path.isdir(path) and Path(path).parent.name not in excluded
    ]


def _is_name(student: str) -> bool:
    return student.isprintable() and _NO_NAME.isdisjoint(student)


def _is_empty(folder: str) -> bool:
    try:
        return all(name[0] == "." for name in os.listdir(folder))
    except OSError:
        return False  # whoever reads it will say what is wrong


def without_submission(course: Any) -> Missing:
    """Students of the course, or with a folder, who have handed nothing in for the assignment."""
    assignment = course.assignment_id
    folders = _folders(course)
    handed_in = {Path(folder).parent.name for folder in folders}
    empty = [Path(each).parent.name for each in folders if _is_empty(each)]
    missing = [f"{plain(student)}, {assignment}" for student in empty]
    misplaced: dict[str, str] = {}
    if course.student_id == "*":
        with Gradebook(course.db_url, course.course_id) as gradebook:
            known = {student.id for student in gradebook.students}
        top = Path(course.format_path(course.submitted_directory, ".", "."))
        there = {path.name: path for path in sorted(top.glob("*")) if path.is_dir()}
        for student in sorted((known | set(there)) - handed_in):
            if student in there and not _is_name(student):
                continue  # is told already
            meant = _meant(there[student], assignment) if student in there else []
            if meant:
                there_is = plain(", ".join(meant))
                misplaced[plain(student)] = f"no folder {assignment}; there is {there_is}"
            else:
                missing.append(f"{plain(student)}, {assignment}")
    return Missing(missing, misplaced)


def _meant(folder: Path, assignment: str) -> list[str]:
    """Entries of a student's folder whose names are nearly the assignment's."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
    return [
        name
        for name in names
        if fuzz.partial_ratio(assignment.casefold(), name.casefold()) >= _MEANT
        and len(name) >= len(assignment) - 2
    ]
