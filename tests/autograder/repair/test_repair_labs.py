"""The course's own labs come back from what editors and people do to them."""

import copy
import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "redteam"))

from broken.edits import colab, merge, retype, split, strip  # noqa: E402

from autograder.notebooks import from_json, grade_id, is_solution, read_notebook  # noqa: E402
from autograder.repair import NotThisLabError, repair  # noqa: E402

LABS = sorted(path.stem for path in (ROOT / "labs").glob("lab*/*.ipynb"))


def load(lab):
    """The release, the same with the instructor's solutions, and these by name."""
    release = read_notebook(ROOT / "labs" / lab / f"{lab}.ipynb")
    source = read_notebook(ROOT / "solutions" / lab / f"{lab}.ipynb")
    right = {grade_id(cell): cell.source for cell in source.cells if is_solution(cell)}
    solved = copy.deepcopy(release)
    for cell in solved.cells:
        cell.source = right.get(grade_id(cell), cell.source)
    return release, solved, right


def nothing(notebook):
    return notebook


def without_names(notebook):
    return from_json(colab(notebook, keep=()))


def shuffled_without_names(notebook):
    random.Random(3).shuffle(notebook.cells)
    strip(notebook)


def all_types_wrong(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            retype(cell, "raw")


def merged_by_exercise(notebook):
    tests = [at for at, cell in enumerate(notebook.cells) if cell.id.startswith("test-")]
    for at in reversed(tests):
        if grade_id(notebook.cells[at - 2]):
            merge(notebook, at - 3, at, keep=at - 2)


def every_solution_split(notebook):
    for name in [grade_id(cell) for cell in notebook.cells if is_solution(cell)]:
        cell = next(cell for cell in notebook.cells if grade_id(cell) == name)
        if cell.cell_type == "code":
            split(notebook, name, cell.source.rstrip().split("\n")[-2], metadata=False)


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize(
    "damage",
    [
        nothing,
        without_names,
        shuffled_without_names,
        all_types_wrong,
        merged_by_exercise,
        every_solution_split,
    ],
)
def test_every_solution_comes_back(lab, damage):
    release, solved, right = load(lab)
    submission = damage(solved)
    notebook, _ = repair(solved if submission is None else submission, release)
    found = {grade_id(cell): cell for cell in notebook.cells}
    for name, text in right.items():
        kept = [line.rstrip() for line in found[name].source.split("\n") if line.strip()]
        assert kept == [line.rstrip() for line in text.split("\n") if line.strip()]
        wanted = next(cell for cell in release.cells if grade_id(cell) == name)
        assert found[name].cell_type == wanted.cell_type


@pytest.mark.parametrize("lab", LABS)
def test_no_lab_is_taken_for_another(lab):
    _, solved, _ = load(lab)
    bare = copy.deepcopy(solved)
    strip(bare)
    for other in set(LABS) - {lab}:
        release = read_notebook(ROOT / "labs" / other / f"{other}.ipynb")
        for submission in (solved, bare):
            with pytest.raises(NotThisLabError):
                repair(submission, release)
