"""A class for measurements: honest variants, common mistakes and some hostile notebooks."""

from __future__ import annotations

import ast
import inspect
import json
import random
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.checks.exercise import Exercise, Right, Wrong
from autograder.demo.course import fill
from autograder.notebooks import grade_id, is_solution, read_notebook
from kdcourse.course import SUBJECT
from kdcourse.demo import STUDENTS

MISTAKEN = 0.2  #: Share of answers with a mistake.
#: Of so many students one is hostile.
ONE_IN = 13
HOSTILE = (
    "import os; os._exit(0)",
    "print('x' * 10**8)",
    "import torch; torch.equal = torch.allclose = lambda *a, **k: True",
)


def hand_in(course: Path, lab: str, students: int, seed: int = 0) -> None:
    """Put a class's notebooks where collected submissions lie.

    Parameters
    ----------
    course : Path
        With its release.
    seed : int, default 0
        Of the choice among the variants.
    """
    draw = random.Random(seed)
    release = read_notebook(course / "labs" / lab / f"{lab}.ipynb")
    source = read_notebook(course / "solutions" / lab / f"{lab}.ipynb").cells
    right = {grade_id(cell) or "": cell.source for cell in source if is_solution(cell)}
    known = {name: ways(name, text) for name, text in right.items()}
    for number in range(students):
        answers = {}
        for name, (honest, mistaken) in known.items():
            chosen = mistaken if mistaken and draw.random() < MISTAKEN else honest
            answers[name] = draw.choice(chosen)
        first = next(iter(answers))
        answers[first] += f"\n# student {number}"
        notebook = fill(release, answers)
        if number % ONE_IN == ONE_IN - 1:
            cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
            cells[1].source += "\n" + HOSTILE[number // ONE_IN % len(HOSTILE)]
        path = place(course, lab, number)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def hand_in_copies(course: Path, lab: str, students: int, all_students: int) -> None:
    """Let a class of so many students grow; those who come now copy from those who are there."""
    for number in range(students, all_students):
        path = place(course, lab, number)
        if not path.exists():
            path.parent.mkdir(parents=True)
            shutil.copy(place(course, lab, number % students), path)


def place(course: Path, lab: str, number: int) -> Path:
    """Where a student's collected notebook lies."""
    return course / "submitted" / f"student{number:03d}" / lab / f"{lab}.ipynb"


def ways(exercise: str, right: str) -> tuple[list[str], list[str]]:
    """Right and wrong ways to write an exercise."""
    wrong = STUDENTS.wrong.get(exercise)
    known = _exercise(exercise)
    honest = [right, *(written(known.right, known.name) if known else ())]
    mistaken = [] if wrong is None else [str(wrong)]
    return honest, mistaken + list(written(known.wrong, known.name) if known else ())


def _exercise(number: str) -> Exercise | None:
    """What the checks know of a function or class that students write; None of other cells."""
    found = (each for each in SUBJECT.exercises() if each.id == number)
    return next((each for each in found if isinstance(each, Exercise)), None)


def written(known: Iterable[Right | Wrong], name: str) -> Iterator[str]:
    """Functions and classes of the table as a student writes them, if they stand by themselves."""
    given = {"torch", "F", "nn"}  # what every notebook imports
    for subject in (each.subject for each in known):
        if getattr(subject, "__closure__", None) or not hasattr(subject, "__qualname__"):
            continue  # made by another function: its text is not the whole of it
        source = _source(subject)
        if not source.startswith(("def ", "class ", "@torch")):
            continue
        tree = without_types(ast.parse(source))
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if named & set(vars(sys.modules[subject.__module__])) <= given:
            tree.body[0].name = name
            yield ast.unparse(tree)


def _source(subject: object) -> str:
    """The text of a function or class; empty of one that is made of a text."""
    try:
        return textwrap.dedent(inspect.getsource(subject))  # type: ignore[arg-type]
    except OSError:
        return ""


def without_types(tree: ast.Module) -> ast.Module:
    """Without the types of arguments and results, which are not the notebook's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    return tree
