# mypy: disallow-subclassing-any=False
"""Lays a submission back onto the released notebook, before anything in it is executed.

What a student wrote is taken from the submission; everything else (order, locked text, tests,
metadata, tags, points) comes from the release. `repair` is a pure function of two notebooks.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from autograder.errors import GraderError
from autograder.notebooks import (
    UnreadableNotebookError,
    give_ids,
    grade_id,
    is_locked,
    is_solution,
    read_notebook,
    tags,
)

_DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)


class NoReleaseError(GraderError):
    """There is no released notebook to lay submissions onto."""


def repair(submission: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """The submission in the shape of the release, and what had to be done.

    Parameters
    ----------
    submission, release : NotebookNode
        Both in format 4.5 with unique ids, as `read_notebook` gives them. Neither is changed.

    Returns
    -------
    notebook : NotebookNode
        Every cell of the release that matters, in its order, with the student's text; the
        student's own extra cells stand where they stood.
    changes : list of str
        One sentence for each repair; empty where the submission was in order.
    """
    chosen = _match(release.cells, submission.cells)
    extras = _extras(chosen, submission.cells)
    changes: list[str] = []
    cells = [cell for at in extras.get(-1, []) for cell in _extra(at, submission, release, changes)]
    for at, wanted in enumerate(release.cells):
        found = submission.cells[chosen[at]] if at in chosen else None
        cell = _lay(wanted, found, changes)
        if cell is not None:
            cells.append(cell)
        for place in extras.get(at, []):
            cells += _extra(place, submission, release, changes)
    if list(chosen.values()) != sorted(chosen.values()):
        changes.append("cells were in another order; the released order was restored")
    give_ids(cells)
    notebook = copy.deepcopy(release)
    notebook.cells = cells
    return notebook, changes


def _match(wanted: list[NotebookNode], found: list[NotebookNode]) -> dict[int, int]:
    """Which submitted cell stands for which released one, by the surest sign first."""
    chosen: dict[int, int] = {}
    known = {grade_id(cell) for cell in wanted} - {None}
    for fits in (_by_name, _by_id, _by_text, _by_definition):
        for at, cell in enumerate(wanted):
            if at in chosen:
                continue
            taken = set(chosen.values())
            places = [
                place
                for place, other in enumerate(found)
                if place not in taken
                and (fits is _by_name or grade_id(other) not in known)
                and fits(cell, other)
            ]
            # Of several copies of an answer, the last one that the student worked on.
            worked_on = [place for place in places if found[place].source != cell.source]
            if places:
                chosen[at] = places[0] if is_locked(cell) else (worked_on or places)[-1]
    _match_written(wanted, found, chosen)
    return dict(sorted(chosen.items()))


def _by_name(wanted: NotebookNode, found: NotebookNode) -> bool:
    return grade_id(wanted) is not None and grade_id(wanted) == grade_id(found)


def _by_id(wanted: NotebookNode, found: NotebookNode) -> bool:
    return bool(wanted.id == found.id)


def _by_text(wanted: NotebookNode, found: NotebookNode) -> bool:
    same_type = wanted.cell_type == found.cell_type
    return bool(same_type and wanted.source.strip() == found.source.strip())


def _by_definition(wanted: NotebookNode, found: NotebookNode) -> bool:
    names = set(_DEFINITION.findall(wanted.source))
    return is_solution(wanted) and bool(names) and names <= set(_DEFINITION.findall(found.source))


def _match_written(
    wanted: list[NotebookNode], found: list[NotebookNode], chosen: dict[int, int]
) -> None:
    """A written answer that lost its name: the unclaimed prose after the cell before it."""
    for at, cell in enumerate(wanted):
        if at in chosen or cell.cell_type != "markdown" or not is_solution(cell):
            continue
        place = chosen.get(at - 1, -2) + 1
        if 0 < place < len(found) and place not in chosen.values():
            candidate = found[place]
            if candidate.cell_type == "markdown" and grade_id(candidate) is None:
                chosen[at] = place


def _extras(chosen: dict[int, int], found: list[NotebookNode]) -> dict[int, list[int]]:
    """Submitted cells that stand for nothing released, by the released cell they came after."""
    stands_for = {place: at for at, place in chosen.items()}
    extras: dict[int, list[int]] = {}
    last = -1
    for place in range(len(found)):
        if place in stands_for:
            last = stands_for[place]
        else:
            extras.setdefault(last, []).append(place)
    return extras


def _lay(
    wanted: NotebookNode, found: NotebookNode | None, changes: list[str]
) -> NotebookNode | None:
    """A released cell with the student's text in it, where the text is the student's."""
    cell = copy.deepcopy(wanted)
    name = grade_id(wanted) or wanted.id
    if found is None:
        if wanted.cell_type == "markdown" and grade_id(wanted) is None:
            return None  # prose that nothing depends on
        changes.append(f"cell {name} was missing; it was put back as released")
        return cell
    if found.cell_type != wanted.cell_type:
        changes.append(f"cell {name} was turned from {wanted.cell_type} into {found.cell_type}")
    if grade_id(wanted) is not None and grade_id(found) != grade_id(wanted):
        changes.append(f"cell {name} had lost its name; it was recognised by its content or place")
    if is_locked(wanted):
        if found.source != wanted.source:
            changes.append(f"cell {name} is locked and was edited; its text was put back")
    else:
        cell.source = found.source
        if cell.cell_type == "markdown" and "attachments" in found:
            cell.attachments = found.attachments
    if "skip-execution" in tags(found):
        changes.append(f"cell {name} was tagged not to be executed; the tag was removed")
    return cell


def _extra(
    place: int, submission: NotebookNode, release: NotebookNode, changes: list[str]
) -> list[NotebookNode]:
    """A student's own cell, without its metadata; a copy of a released one is not executed."""
    found = submission.cells[place]
    original = {grade_id(cell): cell for cell in release.cells}.get(grade_id(found))
    if grade_id(found) is None or original is None:
        cell = copy.deepcopy(found)
        cell.metadata = NotebookNode()
        return [cell]
    name = grade_id(found)
    if is_locked(original) or found.source == original.source:
        changes.append(f"cell {name} was there more than once; the unchanged copy was left out")
        return []
    changes.append(f"cell {name} was there more than once; an earlier copy was not executed")
    text = f"*(copy of {name}, not executed)*\n\n````python\n{found.source}\n````"
    return [NotebookNode(cell_type="markdown", metadata=NotebookNode(), source=text, id=found.id)]


class Repair(NbGraderPreprocessor):
    """First of ``Autograde.sanitize_preprocessors``: `repair`, onto the released notebook."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Lay the submission onto the release; the repairs go into the notebook and the report."""
        course = CourseDirectory(parent=self)
        where = resources["nbgrader"]
        folder = course.format_path(course.release_directory, ".", where["assignment"])
        path = f"{folder}/{where['notebook']}.ipynb"
        try:
            release = read_notebook(path)
        except (OSError, UnreadableNotebookError) as error:
            raise NoReleaseError(
                f"no released notebook to compare with: {path} ({error}); "
                f"run `nbgrader generate_assignment {where['assignment']}`"
            ) from None
        notebook, changes = repair(nb, release)
        notebook.metadata["kdlab"] = {**notebook.metadata.get("kdlab", {}), "repairs": changes}
        resources.setdefault("kdlab", {}).setdefault("repairs", []).extend(changes)
        return notebook, resources


class FillLockedCells(OverwriteCells):
    """``OverwriteCells``: puts the hidden tests of the gradebook into the released cells."""

    def report_change(self, name: str, attr: str, old: Any, new: Any) -> None:
        """Report, but not that the hidden tests were missing: no submission has them."""
        if attr != "checksum":
            super().report_change(name, attr, old, new)
