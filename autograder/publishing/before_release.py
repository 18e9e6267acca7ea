"""What must hold before a course is released: its declarations agree, and its checks are proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from autograder.checks.consistency import contradictions
from autograder.checks.exercise import Exercise
from autograder.checks.matrix import defects_of, verdicts
from autograder.checks.public import public_folder
from autograder.notebooks import grade_id, is_graded_code, nbgrader, read_notebook
from autograder.publishing.fences import ReleaseError
from autograder.results.store import store_folder
from autograder.results.versions import checks_version
from autograder.subject import Lab, Subject

FOLDER = "proved"  # in the store's folder


def expect_sound(subject: Subject, solutions: Path) -> None:
    """Refuse to release a course whose students would be graded wrongly.

    The checks of a lab are tried with all its right and wrong ways, once for each version of them.

    Raises
    ------
    ReleaseError
        With every place where something is wrong.
    """
    found = [*contradictions(subject), *_notebooks(subject, solutions), *_self_checks(subject)]
    if not found:
        for lab in subject.labs:
            found += _unproved(subject, lab, store_folder(solutions.parent) / FOLDER)
    if found:
        raise ReleaseError("refused, nothing is released:\n" + "\n".join(f"  {f}" for f in found))


def _notebooks(subject: Subject, solutions: Path) -> Iterator[str]:
    """Where the notebooks and what the subject declares do not agree."""
    for name, lab in subject.labs.items():
        path = solutions / name / f"{name}.ipynb"
        if path.is_file():
            for text in _disagreements(read_notebook(path), lab, subject, name):
                yield f"{path}: {text}"


def _disagreements(
    notebook: NotebookNode, lab: Lab, subject: Subject, name: str
) -> Iterator[str]:
    points = {
        grade_id(cell) or "": float(nbgrader(cell).get("points", 0))
        for cell in notebook.cells
        if nbgrader(cell).get("grade")
    }
    if lab.points is not None and sum(points.values()) != lab.points:
        yield (
            f"its graded cells come to {sum(points.values()):g} points, and {subject.name} says"
            f" {lab.points:g}"
        )
    tests = [cell.source for cell in notebook.cells if is_graded_code(cell)]
    for exercise in subject.exercises(name):
        asked = (f'grade("{exercise.id}")', f"grade('{exercise.id}')")
        if not any(call in source for source in tests for call in asked):
            yield f"no graded cell calls {asked[0]}"


def _self_checks(subject: Subject) -> Iterator[str]:
    """Labs whose notebooks would have no self-checks, though they have exercises."""
    for lab in subject.labs if subject.library else ():
        has_some = any(isinstance(each, Exercise) for each in subject.exercises(lab))
        path = public_folder(subject) / f"{lab}.json"
        if has_some and not path.is_file():
            yield f"{lab}: no self-checks, {path} is missing; `autograder public-checks` makes it"


def _unproved(subject: Subject, lab: str, folder: Path) -> Iterator[str]:
    """What the checks of a lab do that they must not do."""
    mark = folder / f"{lab}.txt"
    version = checks_version(subject, lab)
    if mark.is_file() and mark.read_text("utf-8") == version:
        return
    defects = []
    for exercise in subject.exercises(lab):
        if isinstance(exercise, Exercise):
            found = defects_of(exercise, list(verdicts(exercise)))
            defects += [f"{lab}, {defect}" for defect in found]
    yield from defects
    if not defects:
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(version, "utf-8")
