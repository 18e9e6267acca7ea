"""What two rooms and a sandbox cost: one submission graded with them and without them.

    make bench                                            or
    python bench/isolation.py --lab lab1_baseline --repeats 5 --rows 100

Without them means stock nbgrader's ``Execute`` in a plain kernel, in which the hidden checks run
beside the submission. The submission is the instructor's notebook, everything right. ``--rows``
grades as many submissions in a row in one process and prints how much memory it takes meanwhile.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
import psutil
from nbgrader.preprocessors import Execute
from timing import alternate, show

from autograder.execution.stored import ExecuteSubmission
from autograder.marks.score import read_result
from autograder.notebooks import is_graded_code, read_notebook

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 600  # seconds a cell


def grade(step: type[Execute], kernel: str, lab: str, folder: Path) -> None:
    """Execute a solution; it has to get all its points, or the time says nothing."""
    notebook = read_notebook(ROOT / "solutions" / lab / f"{lab}.ipynb")
    where = {"metadata": {"path": str(folder)}}
    executing = step(kernel_name=kernel, timeout=LIMIT)
    if isinstance(executing, ExecuteSubmission):  # never a result that was stored
        notebook = executing.execute_job(executing.job(notebook, where)).notebook
    else:
        notebook, _ = executing.preprocess(notebook, where)
    for cell in filter(is_graded_code, notebook.cells):
        result = read_result(cell)
        if result.fault or not all(check.is_full for check in result.checks if check.weight):
            raise click.ClickException(f"{result.name}: {result.checks}, {result.fault}")


@click.command()
@click.option("--lab", default="lab1_baseline", show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--rows", default=0, show_default=True, help="Submissions in a row, for the memory.")
def main(lab: str, repeats: int, rows: int) -> None:
    """Time one submission both ways, then watch the grader's memory."""
    os.environ.setdefault("KDLAB_PROFILE", "grading")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, ours = "one kernel", "two rooms, sandbox"
        ways = {
            plain: lambda: grade(Execute, "python3", lab, folder),
            ours: lambda: grade(ExecuteSubmission, "student-sandbox", lab, folder),
        }
        if repeats:
            show(f"Grading {lab}", alternate(ways, repeats), plain)
        for number in range(1, rows + 1):
            ways[ours]()
            if number in (1, 2, 5) or number % 10 == 0:
                used = psutil.Process().memory_info().rss / 2**20
                click.echo(f"after {number} submissions: {used:.0f} MiB")


if __name__ == "__main__":
    main()
