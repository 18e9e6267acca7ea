"""Every notebook from top to bottom: as a student opens it, and as the instructor wrote it.

The instructor's is executed twice. nbclient goes first, with an empty data root (a notebook stands
alone), and no error is allowed; nbval follows with what the first run left behind, as on any later
day. The student's is executed by nbval here, and on a student's machine in `tests/journey`.
"""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from autograder.marks.score import SCORE_TYPE
from autograder.notebooks import grade_id, is_graded_code, nbgrader, read_notebook

pytestmark = [pytest.mark.slow]

CELL_LIMIT = 300  # seconds, as in nbgrader_config.py


def settings(data_root, **more):
    """The environment of a kernel: nothing from outside, the profile of the grader."""
    outside = dict(os.environ)
    ours = {"KDLAB_PROFILE": "grading", "KDLAB_DATA_ROOT": str(data_root)}
    if "PYTEST_XDIST_WORKER" in outside:
        ours["OMP_NUM_THREADS"] = "1"  # two kernels run side by side
    return {**outside, **ours, **more}


def execute(path, data_root, **more):
    """The notebook with its outputs; fails at the first cell that raises."""
    notebook = read_notebook(path)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=CELL_LIMIT, kernel_name="python3", resources=where)
    try:
        client.execute(env=settings(data_root, **more))
    except CellExecutionError as error:
        pytest.fail(f"{path}: {error}", pytrace=False)  # the cell's traceback, not nbclient's
    return notebook


def lost_points(notebook):
    """Graded cells whose score is not their points, and what each check said."""
    lost = []
    for cell in notebook.cells:
        if is_graded_code(cell):
            results = [out for out in cell.outputs if out.output_type == "execute_result"]
            score = float(results[0].data["text/plain"]) if results else None
            if score != nbgrader(cell)["points"]:
                checks = [out.data.get(SCORE_TYPE, {}).get("checks", []) for out in results]
                lost.append((grade_id(cell), score, checks))
    return lost


@pytest.fixture(scope="session")
def data_roots(tmp_path_factory):
    """One data root for each notebook."""
    return tmp_path_factory.mktemp("data-roots")


@pytest.fixture
def source(root):
    """Where a notebook lies, by kind and name."""
    return lambda kind, lab: root / kind / lab / f"{lab}.ipynb"


def test_the_solution_runs_and_earns_every_point(source, lab, data_roots, written_to_stderr):
    data_root = data_roots / f"solutions-{lab}"
    notebook = execute(source("solutions", lab), data_root, LABKIT_STRICT="1")
    assert written_to_stderr(notebook) == []
    lost = lost_points(notebook)
    assert not lost, json.dumps(lost, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("kind", ["labs", "solutions"])
def test_nbval(source, kind, lab, data_roots, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = nbval(source(kind, lab), tmp_path, data_roots / f"{kind}-{lab}")
    assert done.returncode == 0, done.stdout + done.stderr


def nbval(path, folder, data_root):
    """Run nbval apart from this project's own pytest settings."""
    options = ["--nbval-lax", "--nbval-kernel-name=python3", f"--nbval-cell-timeout={CELL_LIMIT}"]
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", str(folder / "pytest.ini")]
    environment = settings(data_root)
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *options, str(path)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
    )


# -- the tests above can fail ------------------------------------------------------------------


@pytest.fixture
def toy(tmp_path):
    """Write a notebook of these cells and return its path."""

    def write(*cells):
        path = tmp_path / "toy.ipynb"
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
        return path

    return write


def test_an_error_and_stderr_and_lost_points_are_seen(toy, tmp_path, written_to_stderr):
    meta = {"grade": True, "solution": False, "grade_id": "test-1-1", "points": 7}
    graded = new_code_cell("6.5", metadata={"nbgrader": meta})
    done = execute(toy(new_code_cell("import sys; print('!', file=sys.stderr)"), graded), tmp_path)
    assert [text for _, text in written_to_stderr(done)] == ["!\n"]
    assert [score for _, score, _ in lost_points(done)] == [6.5]
    with pytest.raises(pytest.fail.Exception, match="ZeroDivisionError"):
        execute(toy(new_code_cell("1 / 0")), tmp_path)


def test_nbval_sees_an_error_and_a_changed_output(toy, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    marked = new_code_cell("# NBVAL_CHECK_OUTPUT\nprint(1)", execution_count=1)
    marked.outputs = [nbformat.v4.new_output("stream", name="stdout", text="1\n")]
    assert nbval(toy(marked), tmp_path, tmp_path).returncode == 0
    marked.source = marked.source.replace("1)", "2)")
    assert nbval(toy(marked), tmp_path, tmp_path).returncode == 1
    assert nbval(toy(new_code_cell("1 / 0")), tmp_path, tmp_path).returncode == 1
