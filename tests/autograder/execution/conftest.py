"""A kernel that says what a test makes it say, and a small lab that is graded in a real one."""

import asyncio
from pathlib import Path
from queue import Empty

import pytest
from jupyter_client.session import Session
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.execution.asking import Exchange
from autograder.execution.bridge import KernelSubmission, Limits
from autograder.execution.clock import Clock
from labkit.answer import ANSWER_TYPE
from labkit.wire import pack, unpack

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

IDLE = ("status", {"execution_state": "idle"}, None)


class Kernel:
    """A kernel's client and manager that say what a test makes them say.

    ``script(question)`` gives the contents of the messages that follow a question; None stands for
    half a second of silence, ``"dies"`` for the kernel's end.
    """

    def __init__(self, script, heeds_interrupts=True):
        self.script, self.heeds_interrupts = script, heeds_interrupts
        self.kc = self.km = self.shell_channel = self
        self.session = Session()
        self.queue, self.asked, self.interrupted = [], [], 0
        self.alive, self.fresh = True, []

    def send(self, request):
        assert request["header"]["msg_type"] == "execute_request"
        content = request["content"]
        assert content["silent"] and not content["store_history"] and not content["allow_stdin"]
        self.asked.append(unpack(request["metadata"]["question"]))
        assert len(content["code"]) < 500  # IPython takes its time to read a long one
        self.id = request["header"]["msg_id"]
        self.queue = list(self.script(self.asked[-1]))

    async def get_iopub_msg(self, timeout):
        if self.queue and self.queue[0] == "dies":
            self.queue, self.alive = [], False
        if not self.queue or self.queue[0] is None:
            del self.queue[:1]
            await asyncio.sleep(0.02)
            raise Empty
        kind, content, parent = self.queue.pop(0)
        parents = {"msg_id": parent or self.id}
        size = 100 + len(str(content))
        return {"msg_type": kind, "content": content, "parent_header": parents, "size": size}

    async def get_shell_msg(self, timeout):
        return {"parent_header": {"msg_id": self.id}}

    async def is_alive(self):
        return self.alive

    async def interrupt_kernel(self):
        self.interrupted += 1
        self.queue = [IDLE] if self.heeds_interrupts else []


class Scripts:
    """Ways of a kernel to answer."""

    idle, Kernel = IDLE, Kernel

    @staticmethod
    def shown(text, parent=None):
        """The message of an output with an answer."""
        return ("display_data", {"data": {ANSWER_TYPE: text}}, parent)

    @classmethod
    def honest(cls, answer):
        """A script that answers each question with this."""
        return lambda asked: [cls.shown(pack({"nonce": asked["nonce"], "answer": answer})), IDLE]

    @classmethod
    def bridge(cls, script, limit=1.0, total=900.0, fresh=20, **more):
        """A bridge to a kernel; `fresh` others may follow it, whose care is noted."""
        kernel = Kernel(script, **more)
        exchange = Exchange(kernel)

        def renew(careful):
            kernel.fresh.append(careful)
            kernel.alive, exchange.unresponsive = len(kernel.fresh) <= fresh, False
            return kernel.alive

        limits = Limits(call=limit, first_call=limit, training=limit)
        made = KernelSubmission(exchange, 1, 2, limits, Clock(total), renew=renew)
        made.greeted = True
        return made


@pytest.fixture(scope="session")
def scripts():
    """Ways of a kernel to answer, and bridges to such kernels."""
    return Scripts


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
