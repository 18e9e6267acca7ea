"""A small lab, executed and graded in a kernel of the grader's."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[3]
SETUP = "import torch\nimport kdlab\nfrom torch import nn\nfrom torch.nn import functional as F"
POINTS = {"2-1": 3, "2-4": 3, "4-1": 5}
ANSWERS = {
    "2-1": "def softmax_with_temperature(logits, T):\n    return F.softmax(logits / T, dim=1)",
    "2-4": "def soft_target_gradient(student_logits, teacher_logits, T):\n"
    "    q, p = (F.softmax(z / T, 1) for z in (student_logits, teacher_logits))\n"
    "    return T * (q - p) / len(q)",
    "4-1": "def mse(x, y):\n    return ((x - y) ** 2).mean()",
}


def _cell(source, name, points=None):
    graded = points is not None
    fields = {"grade": graded, "solution": not graded, "locked": graded, "task": False,
              "schema_version": 3, "grade_id": name, "cell_type": "code"}  # fmt: skip
    if graded:
        fields["points"] = points
    return new_code_cell(source, metadata={"nbgrader": fields})


class Graded:
    """What a submission came to."""

    def __init__(self, notebook):
        from autograder.marks.score import read_result
        from autograder.notebooks import grade_id, is_graded_code

        cells = [cell for cell in notebook.cells if is_graded_code(cell)]
        self.results = {grade_id(cell)[5:]: read_result(cell) for cell in cells}
        self.points = {name: result.points for name, result in self.results.items()}
        own = [cell for cell in notebook.cells if not is_graded_code(cell)]
        self.shown = "\n".join(
            output.get("text", output.get("evalue", "")) for cell in own for output in cell.outputs
        )

    def said(self, exercise):
        """What the student reads, in English."""
        return "\n".join(check.message.en for check in self.results[exercise].checks)


@pytest.fixture
def grade_cells(tmp_path):
    """Grades cells of the student's own and answers: ``grade_cells("2-1 first", {"4-1": ...})``."""

    def grade(*own, files=(), python="", **answers):
        from autograder.execution.stored import ExecuteSubmission, show

        cells = [new_code_cell(SETUP), *map(new_code_cell, own)]
        for name, points in POINTS.items():
            cells.append(_cell(answers.get(f"_{name.replace('-', '_')}", ANSWERS[name]), name))
            hidden = f'from autograder.checks import grade\ngrade("{name}")'
            cells.append(_cell(hidden, f"test-{name}", points))
        metadata = {"language_info": {"name": "python", "version": python}} if python else {}
        notebook = new_notebook(cells=cells, metadata=metadata)
        course, folder = tmp_path / "course", tmp_path / "files"
        for made in (course, folder):
            made.mkdir(exist_ok=True)
        table = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n'
        (course / "pyproject.toml").write_text(table, "utf-8")
        for path, text in dict(files).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        config = Config({"CourseDirectory": {"root": str(course)}})
        step = ExecuteSubmission(config=config, kernel_name="student-sandbox")
        resources = {"metadata": {"path": str(folder)},
                     "nbgrader": {"assignment": "mini", "notebook": "mini"}}  # fmt: skip
        record = step.execute_job(step.job(notebook, resources))
        return Graded(show(record, notebook))

    return grade
