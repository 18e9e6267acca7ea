"""Grades one hostile submission, with stock nbgrader's steps and with ours.

Both see the same notebook and the same hidden checks. Stock nbgrader runs them in the submission's
kernel and reads the score off the output; ours runs them in this process.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from hostile.register import Attack
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, Execute
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder.execution.stored import ExecuteSubmission, show
from autograder.marks.score import read_result
from autograder.notebooks import from_json, grade_id, is_graded_code
from autograder.repair import repair

POINTS = {"2-1": 3.0, "4-1": 5.0}
CELL_LIMIT, CALL_LIMIT = 20, 6  # seconds; with a torch that has to be imported in the first cell
HIDDEN = """\
### BEGIN HIDDEN TESTS
from autograder.checks import grade
grade("{}")
### END HIDDEN TESTS"""
CANARY = "kdlab-canary"  # in every file that a submission must not see


@dataclass
class Outcome:
    """What a grading came to.

    Attributes
    ----------
    points : dict of str to (float or None)
        None where there is no grade.
    leaks : list of str
        What the submission's outputs show that it must not have seen.
    survivors : list of str
        Command lines of processes that outlived it.
    error : str
        What stopped the grading, if anything did.
    """

    points: dict[str, float | None] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0


def instructors_notebook() -> NotebookNode:
    """The small lab, with its hidden tests."""
    cells = [
        new_code_cell("import torch, kdlab\nfrom torch.nn import functional as F", id="setup"),
    ]
    for name, points in POINTS.items():
        cells.append(_cell("", name, f"s{name}", solution=True))
        cells.append(_cell(HIDDEN.format(name), f"test-{name}", f"t{name}", points=points))
    return new_notebook(cells=cells)


def _cell(source: str, name: str, id: str, points: float | None = None, solution: bool = False):
    graded = points is not None
    fields = {"grade": graded, "solution": solution, "locked": graded, "task": False,
              "schema_version": 3, "grade_id": name, "cell_type": "code"}  # fmt: skip
    if graded:
        fields["points"] = points
    return new_code_cell(source, id=id, metadata={"nbgrader": fields})


def submission(attack: Attack, root: Path, mark: str) -> NotebookNode:
    """The notebook that the attacker hands in; its daemons have `mark` on their command line."""
    notebook = instructors_notebook()
    for cell in notebook.cells:
        name = grade_id(cell)
        if name in attack.cells:
            cell.source = attack.cells[name].strip()
        elif is_graded_code(cell):
            cell.source = "# hidden"
    first = attack.cells["first"].strip()
    first = first.replace("{root}", str(root)).replace("{mark}", mark)
    if first:
        notebook.cells.insert(1, new_code_cell(first, id="first"))
    if attack.cells["last"]:
        notebook.cells.append(new_code_cell(attack.cells["last"].strip(), id="last"))
    if attack.change:
        attack.change(notebook)
    return notebook


def grade_ours(attack: Attack, root: Path) -> Outcome:
    """Repair, two rooms, a sandbox."""
    mark = new_mark()
    sent = submission(attack, root, mark)
    notebook, _ = repair(from_json(sent), from_json(instructors_notebook()))
    config = Config({"CourseDirectory": {"root": str(root)}})
    step = ExecuteSubmission(
        config=config,
        kernel_name="student-sandbox",
        timeout=CELL_LIMIT,
        call_limit=CALL_LIMIT,
        first_call_limit=CALL_LIMIT,
    )
    return _grade(attack, root, mark, notebook, step, _our_points)


def grade_stock(attack: Attack, root: Path) -> Outcome:
    """nbgrader as it comes: hidden tests laid over the cells of their names, one plain kernel."""
    mark = new_mark()
    notebook = submission(attack, root, mark)
    tests = {grade_id(cell): cell for cell in instructors_notebook().cells}
    for step in (ClearOutput(), DeduplicateIds()):
        notebook, _ = step.preprocess(notebook, {})
    for cell in notebook.cells:
        original = tests.get(grade_id(cell))
        if original is not None and is_graded_code(original):
            cell.update(source=original.source, cell_type="code")
            cell.metadata.nbgrader = copy.deepcopy(original.metadata.nbgrader)
    step = Execute(kernel_name="python3", timeout=CELL_LIMIT)
    return _grade(attack, root, mark, notebook, step, _stock_points)


def _our_points(cell: NotebookNode) -> float | None:
    return read_result(cell).points


def _stock_points(cell: NotebookNode) -> float | None:
    points, _ = determine_grade(cell)
    return None if points is None else float(points)


def _grade(attack, root, mark, notebook, step, points_of) -> Outcome:
    folder = root / "submitted" / attack.name / "lab"
    folder.mkdir(parents=True)
    if attack.files:
        attack.files(folder)
    outcome, started = Outcome(), time.monotonic()
    try:
        where = {"metadata": {"path": str(folder)}}
        executed = _execute(step, from_dict(notebook), where)
        graded = [cell for cell in executed.cells if is_graded_code(cell)]
        outcome.points = {str(grade_id(c)).removeprefix("test-"): points_of(c) for c in graded}
        outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
        # A traceback shows the attack's own source, with the word that it meant to print.
        shown = [json.dumps({**output, "traceback": []}) for output in outputs]
        outcome.leaks = [text[:120] for text in shown if "CANARY" in text or CANARY in text]
    except Exception as error:  # whatever an attack does to the grader is its result
        outcome.error = f"{type(error).__name__}: {error}"[:200]
    outcome.seconds = time.monotonic() - started
    outcome.survivors = ended(mark)
    return outcome


def _execute(step, notebook, where) -> NotebookNode:
    """The executed notebook; never one that was stored."""
    if isinstance(step, ExecuteSubmission):
        return show(step.execute_job(step.job(notebook, where)), notebook)
    return step.preprocess(notebook, where)[0]


def new_mark() -> str:
    """A number of seconds to sleep; no other grading on this machine has it."""
    return str(random.SystemRandom().randrange(10**8, 10**9))


def ended(mark: str) -> list[str]:
    """Command lines of the attack's processes that still ran; they are ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
                if mark in line:
                    found.append(line.replace("\0", " "))
                    os.kill(int(entry.name), signal.SIGKILL)
    return found


def canaries(root: Path) -> None:
    """A course's secrets, each with a word in it that must not be seen anywhere."""
    subject = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n'
    (root / "pyproject.toml").write_text(subject, "utf-8")
    for name in (
        "gradebook.db",
        ".course-secret",
        "solutions/lab/lab.ipynb",
        "submitted/another-student/lab/lab.ipynb",
        "autograded/another-student/lab/lab.ipynb",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "a secret that is long enough" if name.startswith(".") else ""
        path.write_text(f"{CANARY} {text} {name}", "utf-8")
