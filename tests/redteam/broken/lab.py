"""The lab that the broken submissions are of: three exercises in a few cells, no torch."""

import copy
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SQUARE = '''\
def square(x):
    """The square of x."""
    ##### YOUR CODE STARTS HERE #####
    # multiply x by itself
    squared_number = x * x
    return squared_number
    ##### YOUR CODE ENDS HERE #####'''

DOUBLE = '''\
import functools


class Doubler:
    """Twice a number.

    With an explanation of more than one line.
    """

    def __init__(self):
        ##### YOUR CODE STARTS HERE #####
        # keep the factor
        self.factor = 2
        ##### YOUR CODE ENDS HERE #####

    def double(self, x):
        """Twice x."""
        ##### YOUR CODE STARTS HERE #####
        # the product of factor and x
        product = self.factor * x
        return product
        ##### YOUR CODE ENDS HERE #####


@functools.lru_cache
def double(x):
    """Twice x, with a `Doubler`."""
    return Doubler().double(x)'''

CUBE = '''\
def cube(x):
    """The cube of x, with `square`."""
    ##### YOUR CODE STARTS HERE #####
    # the square times x
    if x == 0:
        return 0

    return square(x) * x
    ##### YOUR CODE ENDS HERE #####'''

ANSWER = "제 생각에는 그렇습니다.\n\nI think it is, by definition. 🎓"

#: Exercise, function, solution, and what the function gives for the hidden input.
INPUT = 11111
EXERCISES = {
    "1-1": ("square", SQUARE, INPUT**2),
    "1-2": ("double", DOUBLE, 2 * INPUT),
    "1-3": ("cube", CUBE, INPUT**3),
}


def _metadata(name, points=None, *, solution, cell_type="code"):
    cell = {
        "grade": points is not None,
        "solution": solution,
        "locked": points is not None and not solution,
        "task": False,
        "schema_version": 3,
        "grade_id": name,
        "cell_type": cell_type,
    }
    return {"nbgrader": cell if points is None else {**cell, "points": points}}


def instructor_notebook(hidden):
    """The lab as an instructor writes it.

    Parameters
    ----------
    hidden : callable
        Gives the text of a graded cell: ``hidden(exercise, function, input, value)``.
    """
    cells = [
        new_markdown_cell("# Squares and cubes\n\n제곱과 세제곱", id="title"),
        new_markdown_cell("정수로 계산합니다.", id="intro-ko", metadata={"tags": ["lang-ko"]}),
        new_markdown_cell("We work with integers.", id="intro-en", metadata={"tags": ["lang-en"]}),
        new_code_cell('LANGUAGE = "both"  # language of what is printed\nSTEPS = 3', id="setup"),
    ]
    for name, (function, solution, value) in EXERCISES.items():
        test = f"test-{name}"
        cells += [
            new_markdown_cell(f"## {name}\n\nWrite `{function}`.", id=f"text-{name}"),
            new_code_cell(solution, id=f"solution-{name}", metadata=_metadata(name, solution=True)),
            new_code_cell(f'print("visible check of {name}")', id=f"check-{name}"),
            new_code_cell(
                hidden(name, function, INPUT, value),
                id=test,
                metadata=_metadata(test, 4, solution=False),
            ),
        ]
    cells += [
        new_code_cell("for step in range(STEPS):\n    print(step, cube(step))", id="train"),
        new_markdown_cell("## 1-w\n\nIs zero a square? Why?", id="question"),
        new_markdown_cell(
            ANSWER,
            id="answer-1-w",
            metadata=_metadata("1-w", 2, solution=True, cell_type="markdown"),
        ),
        new_markdown_cell("## What to remember\n\nMultiply.", id="end"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def named(notebook, name):
    """The cell with this grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )


def place(notebook, name):
    """Where the cell with this grade id stands."""
    return next(at for at, cell in enumerate(notebook.cells) if cell is named(notebook, name))


@dataclass(frozen=True)
class Lab:
    """What a broken submission is made from.

    Attributes
    ----------
    name : str
        The assignment, and its notebook without the suffix.
    release : NotebookNode
        The student's notebook.
    """

    name: str
    release: NotebookNode

    def untouched(self):
        """A copy of the student's notebook."""
        return copy.deepcopy(self.release)

    def solved(self):
        """The student's notebook with everything right."""
        notebook = self.untouched()
        for name, (_, solution, _) in EXERCISES.items():
            named(notebook, name).source = solution
        named(notebook, "1-w").source = ANSWER
        return notebook

    def write(self, folder: Path, content, name: str | None = None, age: int = 0) -> Path:
        """Put a notebook, text or bytes among a student's files."""
        path = folder / (f"{self.name}.ipynb" if name is None else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        then = time.time() - age
        os.utime(path, (then, then))
        return path
