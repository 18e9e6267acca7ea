"""Finds the notebook among the files that a student handed in, whatever it is called.

Nothing is moved or renamed: what is found is read where it lies, and what is graded has the right
name.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder import limits
from autograder.notebooks import Reading, UnreadableNotebookError, read_closely
from autograder.repair.changes import Change, plain
from autograder.repair.match import find_matches

#: ``lab.ipynb.txt`` and ``lab.json`` are what browsers make of a download.
_NOTEBOOK = re.compile(r"\.(ipynb|json)(\.\w+)?$", re.IGNORECASE)
_SKIPPED_FOLDERS = ("__MACOSX", "__pycache__")
_PLAIN_ENCODINGS = ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class HandedIn:
    """What a student handed in for one notebook.

    Attributes
    ----------
    path : Path or None
        The file to grade; None where there is none, and `reason` then says why.
    changes : tuple of Change
        What the instructor and the student should know of the choice.
    irregular : tuple of str
        Entries of the folder that are links, pipes or the like, or hold some.
    """

    path: Path | None
    reason: str = ""
    changes: tuple[Change, ...] = ()
    irregular: tuple[str, ...] = ()


def find_notebook(folder: Path, name: str, release: NotebookNode) -> HandedIn:
    """Find what to grade as `name`.

    Parameters
    ----------
    folder : Path
        A student's files for one assignment.
    name : str
        How the notebook should be called, ``"lab1_baseline.ipynb"``.
    release : NotebookNode
        Tells this lab's notebook from others.

    Returns
    -------
    HandedIn
        The file called `name`, if it can be read; else of the others the newest that holds this
        lab; else the newest that can be read at all.
    """
    files, irregular = _files(folder)
    left_out = tuple(Change("left out", detail=entry) for entry in irregular)
    right = folder / name
    others = [path for path in files if path != right and _NOTEBOOK.search(path.name)]
    others.sort(key=_newest_first, reverse=True)
    if reason := _too_much_beside(set(files) - {right, *others}, name):
        return HandedIn(None, reason, irregular=irregular)
    problems: list[str] = []
    first = None  # that can be read at all
    for path, reading in _readings(right, right in files, others, problems):
        # By its name, or because it is of this lab.
        if path == right or find_matches(release.cells, reading.notebook.cells).sure:
            first = path, reading
            break
        first = first or (path, reading)
    if first is None:
        found = HandedIn(None, problems[0] if problems else _nothing(folder, name))
    else:
        found = _choose(*first, right, others, folder)
    return replace(found, changes=(*found.changes, *left_out), irregular=irregular)


def _too_much_beside(files: set[Path], name: str) -> str:
    """Why a folder is not graded for what lies beside the notebook; empty if it is."""
    size = sum(path.lstat().st_size for path in files)
    if size > limits.BESIDE_BYTES:
        most = f"{size / limits.MIB:.0f} MiB; up to {limits.BESIDE_BYTES // limits.MIB} are taken"
        return f"the files beside {name} have {most}"
    if len(files) > limits.BESIDE_FILES:
        return f"there are {len(files)} files beside {name}; up to {limits.BESIDE_FILES} are taken"
    return ""


def _readings(
    right: Path, is_there: bool, others: list[Path], problems: list[str]
) -> Iterator[tuple[Path, Reading]]:
    """What can be read, in the order in which it is looked at; `problems` gets what cannot."""
    left = limits.CANDIDATE_BYTES
    for path in [*([right] if is_there else []), *others[: limits.CANDIDATES]]:
        try:
            left -= path.lstat().st_size
            if left < 0 and path != right:
                problems.append("there are too many large files among which the notebook may be")
                return
            reading = read_closely(path)
        except (OSError, UnreadableNotebookError) as error:
            problems.append(str(error))
        else:
            yield path, reading


def _choose(
    chosen: Path, reading: Reading, right: Path, others: list[Path], folder: Path
) -> HandedIn:
    """What is to be said of a choice."""
    changes = []
    if chosen != right:
        changes.append(Change("file", right.name, _within(chosen, folder)))
    # The name in `others` that was chosen has been told already.
    rest = [_within(path, folder) for path in others if path != chosen]
    if rest:
        changes.append(Change("other files", right.name, ", ".join(sorted(rest))))
    if reading.encoding not in _PLAIN_ENCODINGS:
        changes.append(Change("encoding", detail=reading.encoding.upper()))
    if reading.odd:
        changes.append(Change("format", detail=", ".join(reading.odd)))
    return HandedIn(chosen, changes=tuple(changes))


def _files(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Ordinary files, and the entries of the folder that are, or hold, something else."""
    ordinary: list[Path] = []
    irregular: set[str] = set()
    for path in _walk(folder):
        if stat.S_ISREG(path.lstat().st_mode):
            ordinary.append(path)
        else:
            irregular.add(path.relative_to(folder).parts[0])
    return ordinary, tuple(sorted(irregular))


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        yield from (here / name for name in folders if (here / name).is_symlink())
        folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS and name[0] != "."]
        yield from (here / name for name in names if name[0] != ".")


def _newest_first(path: Path) -> tuple[int, list[int], str]:
    """By date; of files from one archive, which are equally old, by the number in the name."""
    numbers = [int(number[:18]) for number in re.findall(r"[0-9]+", path.stem)]
    return int(path.lstat().st_mtime), numbers, str(path)


def _within(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _nothing(folder: Path, name: str) -> str:
    there = sorted(path.name for path in folder.iterdir())
    more = f" and {len(there) - 5} more" if len(there) > 5 else ""
    return f"no {name} among the files: {plain(', '.join(there[:5]))}{more}"
