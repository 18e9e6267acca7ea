"""A class for measurements: honest variants, common mistakes and some hostile notebooks."""

from __future__ import annotations

import inspect
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.checks.catalogue import find_exercise
from autograder.checks.variants import VARIANTS
from autograder.demo.course import fill
from autograder.demo.students import WRONG
from autograder.notebooks import grade_id, is_solution, read_notebook

#: Of so many students one is hostile.
ONE_IN = 13
HOSTILE = (
    "import os; os._exit(0)",
    "print('x' * 10**8)",
    "import torch; torch.equal = torch.allclose = lambda *a, **k: True",
)


def hand_in(course: Path, lab: str, students: int, seed: int = 0) -> None:
    """Put a class's notebooks where collected submissions lie; no two are the same.

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
    for number in range(students):
        answers = {name: draw.choice(list(ways(name, text))) for name, text in right.items()}
        first = next(iter(answers))
        answers[first] += f"\n# student {number}"
        notebook = fill(release, answers)
        if number % ONE_IN == ONE_IN - 1:
            cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
            cells[1].source += "\n" + HOSTILE[number // ONE_IN % len(HOSTILE)]
        path = course / "submitted" / f"student{number:03d}" / lab / f"{lab}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def ways(exercise: str, right: str) -> Iterator[str]:
    """Ways to write an exercise; right ones are as frequent as they are in the table."""
    yield right
    if exercise in WRONG and WRONG[exercise] is not None:
        yield str(WRONG[exercise])
    for variant in VARIANTS.get(exercise, ()):
        subject = variant.subject
        if inspect.isfunction(subject) and stands_alone(subject):
            name = find_exercise(exercise).name
            yield re.sub(rf"\b{subject.__name__}\b", name, inspect.getsource(subject))


def stands_alone(function: Callable[..., object]) -> bool:
    """Whether a function needs nothing of its module but what the notebooks import too."""
    needed = set(function.__code__.co_names) & set(function.__globals__)
    text = inspect.getsource(function)
    return text.startswith(f"def {function.__name__}(") and needed <= {"torch", "F", "nn"}
