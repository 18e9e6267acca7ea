"""Time limits and restarts, with real kernels."""

import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.execution.stored import ExecuteSubmission

pytestmark = pytest.mark.slow

FUNCTIONS = """\
import time
def square(x):
    return x * x
def endless(x):
    while True:
        time.sleep(0.01)"""


@pytest.fixture
def execute(tmp_path, toy):
    """Executes cells, those that begin with ``#`` as graded ones; gives what each came to."""

    def execute(*sources, **limits):
        cells = [
            new_code_cell(source, metadata=toy.metadata(f"test-{n}", 4, solution=False))
            if source.startswith("#")
            else new_code_cell(source)
            for n, source in enumerate(sources)
        ]
        config = Config({"CourseDirectory": {"root": str(tmp_path)}})
        step = ExecuteSubmission(config=config, kernel_name="student-sandbox", **limits)
        (tmp_path / "submitted").mkdir()
        where = {"metadata": {"path": str(tmp_path / "submitted")}}
        record = step.execute_job(step.job(new_notebook(cells=cells), where))
        return record, ["".join(map(_told, cell.outputs)) for cell in record.notebook.cells]

    return execute


def _told(output):
    data = output.get("data", {})
    return str(data.get("text/plain", "") or output.get("text", "") or output.get("evalue", ""))


def test_a_function_that_hangs_is_not_called_again_by_any_later_cell(execute):
    started = time.monotonic()
    record, told = execute(
        FUNCTIONS,
        "# graded\nsquare(3)",
        "# graded\nendless(3)",
        "endless(3)",
        "def twice(x):\n    return endless(x)",
        "# graded\ntwice(3)",
        "# graded\nsquare(4)",
        call_limit=1.0,
        first_call_limit=2.0,
    )
    assert time.monotonic() - started < 100
    assert (told[1], told[6]) == ("9", "16")
    assert "did not end within 1 seconds" in told[2]
    assert told[3] == "endless"  # the text of HangsError
    assert "endless did not end within its time limit before" in told[5]
    assert record.slow == "" or "endless" in record.slow


def test_when_the_time_is_used_up_what_was_earned_before_stays(execute):
    record, told = execute(
        FUNCTIONS,
        "# graded\nsquare(3)",
        "# graded, and too much for the grader's own memory\nlen(bytearray(8 << 30))",
        "time.sleep(1000)",
        "print('later')",
        "# graded\nsquare(4)",
        total_limit=8.0,
    )
    assert told[1] == "9"
    (wall,) = record.notebook.cells[2].outputs
    assert wall.ename == "MemoryError"  # which no student's code raises here: it is ungraded
    assert "the 8 seconds for the whole submission" in told[3]
    assert "the 8 seconds for the whole submission" in told[4]
    assert "later" not in told[4]
    assert "cell 4 (time.sleep(1000))" in told[5]
    assert "cell 4 (time.sleep(1000))" in record.slow
    assert not record.is_complete
    assert record.seconds["student"] < 60


def test_a_cell_in_which_the_kernel_died_is_tried_again_and_the_others_are_as_before(execute):
    _, told = execute(
        "half = lambda x: x / 2\ncalls = []",
        "%%time\ndef twice(x):\n    return half(x) * 4",
        "calls.append(1)\nprint('nothing else runs')\nexit()",
        "print('after')",
        "# graded\ntwice(3)",
        "print(calls)",
    )
    assert "after" in told[3]
    assert told[4] == "6.0"
    assert told[5].strip() == "[1]"
