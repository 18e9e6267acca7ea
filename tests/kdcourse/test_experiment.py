"""Exercise 2-5 through the sandbox: what a right one earns there, and what invented numbers do."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.marks.score import read_result
from kdcourse.lab2.right_experiment import LECTURE

pytestmark = pytest.mark.slow

HEAD = "import torch\nimport kdlab\nfrom torch import nn\n"
INVENTED = """
def run_experiment(T, soft_target_loss_weight, ce_loss_weight):
    return new_student(), {"accuracy": 0.764, "agreement": 0.767, "kl": 3.41}
"""
FORGED = """
import kdlab.probe_experiment as probe
import numpy as np
from labkit.judge.case import Observation
entries = {f"value:{name}": np.zeros(()) for name in probe.MEASURES}
entries |= {f"form:{name}": np.zeros(()) for name in probe.MEASURES}
seen = Observation({**entries, "network:student": np.zeros((8, 5))})
probe.observe_experiment = lambda *_: seen
""" + INVENTED
#: The cell of 2-5, and the points that it must get.
CELLS = {"right": (LECTURE, 3), "invented": (INVENTED, 0), "forged": (FORGED, 0)}


@pytest.fixture
def graded(tmp_path):
    """Grades a notebook with these cells in a room of its own."""

    def grade(*sources):
        from autograder.execution.stored import ExecuteSubmission, show

        fields = {"locked": True, "task": False, "schema_version": 3, "cell_type": "code"}
        meta = {"grade": True, "solution": False, "grade_id": "test-2-5", "points": 3, **fields}
        hidden = 'from autograder.checks import grade\ngrade("2-5")'
        cells = [new_code_cell(source) for source in sources]
        cells.append(new_code_cell(hidden, metadata={"nbgrader": meta}))
        notebook = new_notebook(cells=cells)
        course, folder = tmp_path / "course", tmp_path / "files"
        course.mkdir()
        folder.mkdir()
        table = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n'
        (course / "pyproject.toml").write_text(table, "utf-8")
        config = Config({"CourseDirectory": {"root": str(course)}})
        step = ExecuteSubmission(config=config, kernel_name="student-sandbox")
        resources = {"metadata": {"path": str(folder)},
                     "nbgrader": {"assignment": "mini", "notebook": "mini"}}  # fmt: skip
        record = step.execute_job(step.job(notebook, resources))
        return read_result(show(record, notebook).cells[-1])

    return grade


@pytest.mark.parametrize("name", CELLS)
def test_what_it_earns(graded, name):
    source, points = CELLS[name]
    found = graded(HEAD, source)
    assert found.points == points
    if name == "invented":
        said = " ".join(check.message.en for check in found.checks)
        assert "was not trained" in said
