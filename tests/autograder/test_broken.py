"""Every broken submission of ``tests/redteam/broken`` gets what it deserves."""

import contextlib
import copy
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "redteam"))

from broken import BROKEN, EXERCISES, INPUT, Lab, instructor_notebook, named
from unusual import UNUSUAL

from autograder.errors import AutograderError
from autograder.notebooks import read_notebook
from autograder.publishing import release_notebook
from autograder.repair import find_notebook, repair

FULL = {"test-1-1": 4, "test-1-2": 4, "test-1-3": 4}


@pytest.fixture(scope="module")
def lab(toy, tmp_path_factory):
    """The lab that all of them are of."""
    folder = tmp_path_factory.mktemp("lab")
    nbformat.write(instructor_notebook(toy.hidden_for), folder / f"{toy.lab}.ipynb")
    return Lab(toy.lab, release_notebook(folder / f"{toy.lab}.ipynb"))


def repaired(lab, folder):
    """The notebook that would be executed, as the steps of grading make it."""
    found = find_notebook(folder, f"{lab.name}.ipynb", lab.release)
    if found.path is None:
        raise AutograderError(found.reason)
    notebook, changes = repair(read_notebook(found.path), lab.release)
    return notebook, [*found.changes, *changes]


def points(notebook):
    """What an honest grader gives: each exercise is tried where its graded cell stands."""
    names, earned = {}, {}
    tests = {f"test-{name}": (function, value) for name, (function, _, value) in EXERCISES.items()}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        try:
            if name in tests:
                function, value = tests[name]
                earned[name] = 0
                earned[name] = 4 * (names[function](INPUT) == value)
            elif cell.cell_type == "code":
                exec(compile(cell.source, "<cell>", "exec"), names)
        except (Exception, NotImplementedError):
            continue  # a kernel goes on with the next cell, too
    return earned


WITHOUT_KERNEL = [case for case in BROKEN if not case.kernel]


@pytest.mark.parametrize("case", WITHOUT_KERNEL, ids=lambda case: case.name)
def test_a_broken_submission_is_repaired_or_ungraded(case, lab, tmp_path):
    case.write(lab, tmp_path / "student")
    if case.points is None:
        with pytest.raises((AutograderError, OSError)):
            repaired(lab, tmp_path / "student")
        return
    notebook, changes = repaired(lab, tmp_path / "student")
    nbformat.validate(notebook)
    assert points(notebook) == {**FULL, **case.points}
    assert "by definition" in named(notebook, "1-w").source or case.name == "half-an-emoji"
    again, more = repair(copy.deepcopy(notebook), lab.release)
    assert (again.cells, more) == (notebook.cells, [])
    for change in changes:
        assert str(change).isprintable()
        assert all(change.text(language) for language in ("ko", "en"))


def test_there_are_enough_of_them_and_no_two_of_one_kind_and_place():
    cases = [*BROKEN, *UNUSUAL]
    assert len({case.name for case in cases}) == len(cases) >= 165
    assert len({(case.kind, case.place) for case in cases}) == len(cases)


def test_nothing_is_written_into_what_was_handed_in(lab, tmp_path):
    for case in BROKEN:
        folder = tmp_path / case.name / "student"
        case.write(lab, folder)
        before = sorted((path, path.lstat().st_mtime_ns) for path in folder.rglob("*"))
        with contextlib.suppress(AutograderError, OSError):
            repaired(lab, folder)
        assert sorted((path, path.lstat().st_mtime_ns) for path in folder.rglob("*")) == before
