"""A made-up class of the real labs: gradebook, results and bookings as a class run leaves them."""

import ast
import datetime
import os
import random
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from nbgrader.api import Gradebook

from autograder.marks.score import SCORE_TYPE
from autograder.notebooks import grade_id, is_graded_code, is_solution, nbgrader, read_notebook
from autograder.results import Booking, Bookings, Record, ResultStore

ROOT = Path(__file__).resolve().parents[3]
LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")
HOSTILE = "<script>document.title='hacked'</script><img src='http://evil.example/x.png'>"
NAMES = ("김민아", "이준", "박하나", "Sofía", "최수", "Ada", "정윤", "Oyelaran", "한별", "Noor")
MEASURES = {
    "1-e": [("accuracy", 0.66, 0.78, 0.02)],
    "2-e": [("accuracy", 0.68, 0.8, 0.02), ("kl", 0.62, 0.45, 0.06)],
    "3-e": [("accuracy", 0.66, 0.78, 0.02), ("cosine", 0.55, 0.72, 0.05)],
    "4-e": [("accuracy", 0.66, 0.78, 0.02), ("mse", 0.3, 0.2, 0.03)],
}
MISTAKES = (
    ("dim-0", "The softmax runs over the batch instead of the classes."),
    ("no-square", "The factor T**2 is missing."),
    ("detached-student", "No gradient reaches the student."),
    ("mean", HOSTILE),
)


def with_style(code, style):
    """Code as somebody else would write it; the same style gives the same structure."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            rng = random.Random(f"{style} {node.name}")
            for place in range(len(node.body), 0, -1):
                if rng.random() < 0.7:
                    node.body[place - 1 : place - 1] = ast.parse(some_line(rng)).body
    return ast.unparse(tree)


def some_line(rng):
    """A line that does nothing, one of very many."""
    calls = rng.sample(["len", "str", "sorted", "list", "int", "sum", "max", "bool", "repr"], 3)
    values = [rng.choice(["x", "1", "'a'", "(1, 2)", "{'a': 1}", "[x for x in y]"]) for _ in "ab"]
    sign = rng.choice(["+", "*", "-", "<", "and", "if x else", "%"])
    return f"helper = {calls[0]}({calls[1]}({values[0]}) {sign} {calls[2]}({values[1]}))"


def score(cell, skill, rng):
    """A made-up score of a graded cell, as data, and its points."""
    name = grade_id(cell).removeprefix("test-")
    most = float(nbgrader(cell)["points"])
    if name in MEASURES:
        found = [measured(*each, most / len(MEASURES[name]), skill, rng) for each in MEASURES[name]]
    else:
        ids = ("values", "gradients", "teacher", "shapes")[: 2 + len(name) % 3]
        found = [checked(each, most / len(ids), skill, rng) for each in ids]
    points = sum(check["share"] * check["weight"] for check in found)
    return {"exercise": name, "checks": found}, points


def checked(id, most, skill, rng):
    right = rng.random() < skill
    mistake, message = ("", "") if right else rng.choice((*MISTAKES, ("", "Not the same.")))
    return {
        "id": id, "title": [f"{id}의 값", f"The {id} agree"], "share": float(right),
        "weight": most, "outcome": "correct" if right else "incorrect",
        "message": [message, message], "mistake": mistake,
    }  # fmt: skip


def measured(id, bar, typical, spread, most, skill, rng):
    value = rng.gauss(typical, spread) if rng.random() < skill else rng.gauss(bar, 2 * spread)
    right = value <= bar if id in ("kl", "mse") else value >= bar
    return {
        **checked(id, most, float(right), rng), "title": [id, f"{id} on the test images"],
        "mistake": "", "value": value, "needed": bar,
    }  # fmt: skip


class Class:
    """Writes the folder of a course with so many students."""

    def __init__(self, folder, students=40, labs=LABS):
        self.folder, self.labs = folder, labs
        self.students = [f"2026-{number:03}" for number in range(students)]
        self.database = f"sqlite:///{folder}/gradebook.db"
        self.store, self.bookings = (kind(folder / "results") for kind in (ResultStore, Bookings))
        for name in ("nbgrader_config.py", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        with Gradebook(self.database) as self.gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own way of adding a submission
            for number, student in enumerate(self.students):
                last = HOSTILE if number == 7 else ""
                name = NAMES[number % len(NAMES)]
                self.gradebook.add_student(student, first_name=name, last_name=last)
            for lab in labs:
                self._lab(lab)

    def _lab(self, lab):
        shutil.copytree(ROOT / "labs" / lab, self.folder / "labs" / lab)
        notebook = read_notebook(ROOT / "solutions" / lab / f"{lab}.ipynb")
        self.gradebook.add_assignment(lab, duedate="2026-03-01")
        self.gradebook.add_notebook(lab, lab)
        for cell in notebook.cells:
            if nbgrader(cell).get("grade"):
                self.gradebook.add_grade_cell(
                    grade_id(cell), lab, lab, max_score=nbgrader(cell)["points"],
                    cell_type=cell.cell_type,
                )  # fmt: skip
        for number, student in enumerate(self.students):
            if number % 13 != 12:  # some hand nothing in
                self._submission(lab, notebook, student, number)
        self.gradebook.db.commit()

    def _submission(self, lab, notebook, student, number):
        rng = random.Random(f"{lab} {student}")
        skill = min(1.0, 0.35 + 0.2 * (number % 4) + rng.random() * 0.3)
        executed, points = self._executed(notebook, number, skill, rng)
        key = f"{rng.getrandbits(256):064x}"
        own = rng.gauss(26, 4)
        seconds = {"all": own + rng.uniform(0.8, 2), "student": own}
        self.store.put(Record(key, {}, executed, seconds))
        repairs = ungraded = ()
        if number % 11 == 3:
            repairs = (f"graded the file Copy of {HOSTILE}.ipynb", "the cell 1-1 was put back")
        if number == 5:
            ungraded = ("test-1-1: GraderError: the kernel did not come back",)
        look_at = (f"test-2-4: {HOSTILE} of something unknown, line 3",) if number == 9 else ()
        self.bookings.put(Booking(lab, student, "x", {lab: key}, repairs, ungraded, look_at))
        submission = self.gradebook.add_submission(lab, student)
        submission.timestamp = datetime.datetime(2026, 3, 2 if number % 9 == 2 else 1)
        for submitted in submission.notebooks:
            if number % 9 == 2:
                submitted.late_submission_penalty = 1.5
            for grade in submitted.grades:
                grade.auto_score = points.get(grade.name)
                if grade.name not in points and number % 3:
                    grade.manual_score = rng.choice([1, 2])
                waits = grade.auto_score is None and grade.manual_score is None
                grade.needs_manual_grade = waits or (number == 5 and grade.name == "test-1-1")

    def _executed(self, notebook, number, skill, rng):
        executed, points = nbformat.from_dict(notebook), {}
        # 20 and 21 have one style of their own, the others each another one or none.
        style = {20: "shared", 21: "shared"}.get(number, f"own {number}" if number % 3 else "")
        for cell in executed.cells:
            if cell.cell_type == "code" and is_solution(cell):
                if number == 8:
                    cell.source = "def broken(:"
                elif style:
                    cell.source = with_style(cell.source, style)
                    if number == 21:
                        cell.source = cell.source.replace("total", "sum_of_all")
            elif is_graded_code(cell):
                data, points[grade_id(cell)] = score(cell, skill, rng)
                data = {"text/plain": "x", SCORE_TYPE: data}
                cell.outputs = [new_output("execute_result", data=data)]
        return executed, points


@pytest.fixture(scope="session")
def make_class():
    """Makes a class in a folder."""
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls `alembic`
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield Class
