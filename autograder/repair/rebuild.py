"""The student's text in the shape of the release."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.notebooks import give_ids, grade_id, is_locked, nbgrader, tags
from autograder.repair.changes import Change
from autograder.repair.locked_cells import written_in
from autograder.repair.match import SHOWN, Matches, find_matches
from autograder.repair.merged_cells import take_apart
from autograder.repair.prose import fence_for
from autograder.repair.split_cells import put_together
from autograder.repair.texts import answered, defined, joined, required
from autograder.repair.written import Prose

#: What of nbgrader's metadata decides about points.
_SETTINGS = ("grade", "solution", "locked", "task", "points")
_VERSION = re.compile(r"\d{1,2}(\.\d{1,3}){1,2}\w{0,8}")
#: A cell may have been merged and then split.
_ROUNDS = 2


class NotThisLabError(AutograderError):
    """A notebook cannot be laid onto the released one: probably the wrong file was handed in."""


def repair(submission: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[Change]]:
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
    changes : list of Change
        Empty where the submission was in order.

    Raises
    ------
    NotThisLabError
        Nothing in the submission is recognisably of this release.
    """
    found, changes = copy.deepcopy(submission.cells), _kernel(submission, release)
    for _ in range(_ROUNDS):
        for mend in (put_together, take_apart):
            found, mended = mend(found, release)
            changes += mended
    matches = find_matches(release.cells, found)
    if not matches.sure:
        raise NotThisLabError(_what_is_there(submission))
    notebook = copy.deepcopy(release)
    _keep_version(notebook, submission)
    notebook.cells = _lay_all(found, release.cells, matches, changes)
    return notebook, list(dict.fromkeys(changes))


def _what_is_there(submission: NotebookNode) -> str:
    """What to tell the instructor of a notebook that cannot be laid onto the release."""
    texts = [cell.source.strip() for cell in submission.cells if cell.source.strip()]
    if not texts:
        return "the notebook is empty: nothing of the lab is left in it"
    names = [name for cell in submission.cells if (name := grade_id(cell))]
    begins = f"it begins {texts[0][:60]!r}"
    hint = f"its exercises are called {', '.join(names[:4])}" if names else begins
    return f"none of the lab's exercises is in the notebook ({hint}); is it another lab's?"


def _kernel(submission: NotebookNode, release: NotebookNode) -> list[Change]:
    """Another kernel's name is no fault, and is worth knowing."""

    def name(notebook: NotebookNode) -> str:
        return str(notebook.metadata.get("kernelspec", {}).get("name") or "")

    asked = name(submission)
    return [Change("kernel", detail=asked)] if asked not in ("", name(release)) else []


def _keep_version(notebook: NotebookNode, submission: NotebookNode) -> None:
    """Which Python it was written with: newer syntax than the grader's is then told as such."""
    about = submission.metadata.get("language_info")
    version = about.get("version") if isinstance(about, dict) else None
    if isinstance(version, str) and _VERSION.fullmatch(version):
        known = notebook.metadata.get("language_info", {})
        notebook.metadata["language_info"] = {**known, "version": version}


def _lay_all(
    found: Sequence[NotebookNode],
    wanted: Sequence[NotebookNode],
    matches: Matches,
    changes: list[Change],
) -> list[NotebookNode]:
    """The released cells, and after each of them the student's own that followed it."""
    extras = _extras(matches, len(found))
    originals = {grade_id(cell): at for at, cell in enumerate(wanted) if grade_id(cell)}
    answers = {cell.source.strip() for cell in wanted if required(cell)}
    ids = {cell.id for cell in wanted}
    prose = Prose(changes)

    def own_cells(after: int) -> list[NotebookNode]:
        laid = []
        for place in extras.get(after, []):
            cell = found[place]
            name = grade_id(cell)
            if name is None and cell.source.strip() in answers:  # a stub would undo the answer
                changes.append(Change("copies dropped", _name_of_stub(cell, wanted)))
                continue
            at = originals.get(name)
            if at is None:
                laid.append(_without_metadata(cell, prose))
            else:
                chosen = [found[each] for each in matches.chosen.get(at, [])]
                laid += _copy(cell, wanted[at], chosen, prose)
        for cell in laid:
            cell.id = "" if cell.id in ids else cell.id
        return laid

    cells = own_cells(-1)
    for at, each in enumerate(wanted):
        parts = [found[place] for place in matches.chosen.get(at, [])]
        cells += [*_lay(each, parts, prose), *own_cells(at)]
    order = [places[0] for places in matches.chosen.values()]
    if order != sorted(order):
        changes.append(Change("order"))
    give_ids(cells)
    return cells


def _extras(matches: Matches, total: int) -> dict[int, list[int]]:
    """Submitted cells that stand for nothing released, by the released cell they came after."""
    stands_for = matches.stands_for()
    extras: dict[int, list[int]] = {}
    last = -1
    for place in range(total):
        if place in stands_for:
            last = stands_for[place]
        else:
            extras.setdefault(last, []).append(place)
    return extras


def _lay(
    wanted: NotebookNode, parts: Sequence[NotebookNode], prose: Prose
) -> list[NotebookNode]:
    """A released cell with the student's text in it, where the text is the student's."""
    changes = prose.changes
    cell = copy.deepcopy(wanted)
    name = grade_id(wanted) or wanted.id
    if not parts:
        if wanted.cell_type == "markdown" and grade_id(wanted) is None:
            return []  # prose that nothing depends on
        changes.append(Change("missing", name))
        return [cell]
    changes += [change for found in parts for change in _damage(name, wanted, found)]
    if is_locked(wanted):
        before, after = written_in(wanted, parts[0]) or ([], [])
        return [*before, cell, *after]
    written = [found for found in parts if answered(wanted, found)] or parts[:1]
    if len(parts) > 1:
        changes.append(Change("gathered", name))
    if cell.cell_type == "markdown" and any(found.source != wanted.source for found in written):
        prose.lay(cell, name, written)
    else:
        cell.source = joined((found.source for found in written), "\n\n")
    return [cell]


def _damage(name: str, wanted: NotebookNode, found: NotebookNode) -> list[Change]:
    """What had been done to a cell beside its answer."""
    changes = []
    if found.cell_type != wanted.cell_type:
        changes.append(Change("retyped", name, f"{wanted.cell_type} → {found.cell_type}"))
    if grade_id(wanted) is not None:
        if grade_id(found) != grade_id(wanted):
            changes.append(Change("unnamed", name))
        else:
            before, after = nbgrader(wanted), nbgrader(found)
            differ = [key for key in _SETTINGS if before.get(key) != after.get(key)]
            if differ:
                changes.append(Change("settings", name, ", ".join(differ)))
    if is_locked(wanted) and found.source.strip() != wanted.source.strip():
        kept = any(written_in(wanted, found) or ())
        changes.append(Change("written in" if kept else "edited", name))
    added = tags(found) - tags(wanted)
    if "skip-execution" in added:
        changes.append(Change("skipped", name))
    elif added:
        changes.append(Change("settings", name, "tags"))
    return changes


def _copy(
    found: NotebookNode,
    original: NotebookNode,
    chosen: Sequence[NotebookNode],
    prose: Prose,
) -> list[NotebookNode]:
    """What becomes of another cell with the name of a released one."""
    name = grade_id(found) or ""
    if not answered(original, found):
        prose.changes.append(Change("copies dropped", name))
        return []
    # An attempt is left out for the one that is graded; a part of the answer is not.
    answers = required(original) & defined(found.source)
    if not answers or answers.isdisjoint(name for cell in chosen for name in defined(cell.source)):
        return [_without_metadata(found, prose)]
    prose.changes.append(Change("copies shown", name))
    fence = fence_for(found.source)
    text = f"{SHOWN}{name}, not executed)*\n\n{fence}python\n{found.source}\n{fence}"
    cell = NotebookNode(cell_type="markdown", metadata=NotebookNode(), source=text, id=found.id)
    prose.lay(cell, name, [cell])
    return [cell]


def _without_metadata(found: NotebookNode, prose: Prose) -> NotebookNode:
    """A student's own cell: executed or shown, and nothing else."""
    cell = copy.deepcopy(found)
    cell.metadata = NotebookNode()
    if cell.cell_type == "markdown":
        prose.lay(cell, cell.id, [found])
    return cell


def _name_of_stub(cell: NotebookNode, wanted: Sequence[NotebookNode]) -> str:
    text = cell.source.strip()
    return next(grade_id(each) or "" for each in wanted if each.source.strip() == text)
