"""The whole life of the assignments, with three students: ``make demo``.

    python -m autograder.demo [--folder build/demo] [--lab LAB ...]

Everything that an instructor would do is done with the stock commands of nbgrader, in a folder of
its own: release, collect, autograde, marks for the written answers, feedback. Exit code 1 if a
student's grade is not what it should be.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.errors import GraderError
from autograder.notebooks import grade_id, is_solution, nbgrader, read_notebook
from autograder.release.make import instructor_notebooks

#: What a course needs beside its notebooks.
COURSE_FILES = ("nbgrader_config.py", "pyproject.toml")

ALL, HALF, NONE = "all-right", "half", "untouched"

#: What 'half' hands in instead of a right answer; None leaves the stub.
WRONG: dict[str, str | None] = {
    "1-4": "def accuracy(model, batches):\n    return None",
    "2-2": "def soft_targets_loss(student_logits, teacher_logits, T):\n    return 1 / 0",
    "2-3": None,
    "3-1": "def cosine_embedding_loss(x1, x2, target, margin=0.0):\n    return None",
    "3-3": None,
    "4-3": None,
}
#: Exercises that cannot be right because they train with one of the above.
FOLLOW = ("2-e", "3-e", "4-e")
#: Marks that the instructor gives 'half' for written answers; 'all-right' gets all of them.
BY_HAND = {"1-w": 1.0, "2-w": 2.0, "3-w": 0.0, "4-w": 3.0}


@dataclass(frozen=True)
class Item:
    """Something that earns points: `exercise` is its short name, ``"1-1"`` or ``"1-w"``."""

    lab: str
    cell: str
    exercise: str
    points: float
    by_hand: bool


class Course:
    """A working folder with the instructor's notebooks, and the commands that are run in it."""

    def __init__(self, folder: Path, project: Path, console: Console) -> None:
        self.folder, self.console = folder, console
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in COURSE_FILES:
            shutil.copyfile(project / name, folder / name)
        shutil.copytree(
            project / "solutions",
            folder / "solutions",
            ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
        )

    @property
    def database(self) -> str:
        """Where nbgrader keeps the grades."""
        return f"sqlite:///{(self.folder / 'gradebook.db').resolve()}"

    def nbgrader(self, command: str, lab: str) -> None:
        """Run a stock command for one lab."""
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, lab],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - started
        self.console.print(f"  nbgrader {command} {lab}  [dim]{seconds:.0f} s[/dim]")
        if done.returncode:
            lines = (done.stdout + done.stderr).strip().split("\n")
            raise GraderError(f"nbgrader {command} {lab} failed:\n" + "\n".join(lines[-30:]))

    def items(self, lab: str) -> list[Item]:
        """What earns points in a lab, in the notebook's order."""
        found = []
        for cell in read_notebook(self._notebook("solutions", lab)).cells:
            if nbgrader(cell).get("grade"):
                name = grade_id(cell) or ""
                points = float(nbgrader(cell)["points"])
                short = name.removeprefix("test-")
                found.append(Item(lab, name, short, points, is_solution(cell)))
        return found

    def hand_in(self, lab: str, student: str, answers: Mapping[str, str | None]) -> None:
        """Fill the released notebook as `student` would, and put it where downloads lie, zipped."""
        notebook = fill(read_notebook(self._notebook("labs", lab)), answers)
        archive = self.folder / "downloaded" / lab / "archive"
        archive.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive / f"{student}.zip", "w") as file:
            file.writestr(f"{student}_{lab}.ipynb", json.dumps(notebook))

    def solutions(self, lab: str) -> dict[str, str]:
        """The text of every cell that students write, as the instructor wrote it."""
        cells = read_notebook(self._notebook("solutions", lab)).cells
        return {grade_id(cell) or "": cell.source for cell in cells if is_solution(cell)}

    def _notebook(self, step: str, lab: str) -> Path:
        return self.folder / step / lab / f"{lab}.ipynb"


def fill(notebook: NotebookNode, answers: Mapping[str, str | None]) -> NotebookNode:
    """A copy with these answers in its cells; None, or no answer, leaves a cell as released."""
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        answer = answers.get(grade_id(cell) or "")
        if answer is not None:
            cell.source = answer
    return filled


def answers_of(student: str, right: Mapping[str, str]) -> dict[str, str | None]:
    """What a student writes, given the right answers."""
    if student == NONE:
        return {}
    return {
        name: WRONG.get(name, text) if student == HALF else text for name, text in right.items()
    }


def expected(student: str, item: Item) -> float:
    """The points that a student must get for an item."""
    if student == NONE:
        return 0.0
    if student == ALL:
        return item.points
    if item.by_hand:
        return min(BY_HAND[item.exercise], item.points)
    return 0.0 if item.exercise in (*WRONG, *FOLLOW) else item.points


def mark_by_hand(course: Course, items: list[Item]) -> None:
    """Give the written answers their marks, as an instructor does in the formgrader."""
    with Gradebook(course.database) as gradebook:
        for student in (ALL, HALF):
            for item in items:
                if item.by_hand:
                    grade = gradebook.find_grade(item.cell, item.lab, item.lab, student)
                    grade.manual_score = expected(student, item)
                    grade.needs_manual_grade = False
        gradebook.db.commit()


def read_grades(course: Course, items: list[Item]) -> dict[tuple[str, str], float | None]:
    """Points by student and exercise; None where something still waits for a person."""
    grades: dict[tuple[str, str], float | None] = {}
    with Gradebook(course.database) as gradebook:
        for student in (ALL, HALF, NONE):
            for item in items:
                grade = gradebook.find_grade(item.cell, item.lab, item.lab, student)
                points = None if grade.needs_manual_grade else float(grade.score)
                grades[student, item.exercise] = points
    return grades


def show(
    console: Console, items: list[Item], grades: Mapping[tuple[str, str], float | None]
) -> list[str]:
    """Print the table of grades, a row per exercise; returns what is not as expected."""
    table = Table(title="Grades", show_footer=True)
    students = (ALL, HALF, NONE)
    totals = {
        student: sum(grades[student, item.exercise] or 0 for item in items) for student in students
    }
    most = sum(item.points for item in items)
    table.add_column("lab", footer="")
    table.add_column("exercise", footer="total")
    table.add_column("points", f"{most:g}", justify="right")
    for student in students:
        table.add_column(student, f"{totals[student]:g}", justify="right")
    wrong = []
    for before, item in zip([None, *items], items, strict=False):
        row = []
        for student in students:
            points, should = grades[student, item.exercise], expected(student, item)
            text = "?" if points is None else f"{points:g}"
            if points is None or abs(points - should) > 1e-6:
                wrong.append(f"{student}, {item.exercise}: {text} points instead of {should:g}")
                text = f"[bold red]{text} (should be {should:g})[/bold red]"
            row.append(text)
        new_lab = before is None or before.lab != item.lab
        if new_lab and before is not None:
            table.add_section()
        table.add_row(item.lab if new_lab else "", item.exercise, f"{item.points:g}", *row)
    console.print(table)
    return wrong


def run(folder: Path, project: Path, labs: tuple[str, ...], console: Console) -> list[str]:
    """Play the whole story; returns what is not as expected."""
    labs = labs or tuple(path.parent.name for path in instructor_notebooks(project / "solutions"))
    course = Course(folder, project, console)
    items = [item for lab in labs for item in course.items(lab)]
    for lab in labs:
        console.print(f"[bold]{lab}[/bold]")
        course.nbgrader("generate_assignment", lab)
        right = course.solutions(lab)
        for student in (ALL, HALF, NONE):
            course.hand_in(lab, student, answers_of(student, right))
        course.nbgrader("zip_collect", lab)
        course.nbgrader("autograde", lab)
    mark_by_hand(course, items)
    console.print("[bold]feedback[/bold]")
    for lab in labs:
        course.nbgrader("generate_feedback", lab)
    return show(console, items, read_grades(course, items))


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/demo"))
@click.option("--lab", "labs", multiple=True, help="Only this lab; may be given several times.")
def main(folder: Path, labs: tuple[str, ...]) -> None:
    """Release, hand in, collect, grade and give feedback, in FOLDER, which is made afresh."""
    console, started = Console(), time.monotonic()
    try:
        wrong = run(folder, Path.cwd(), labs, console)
    except GraderError as error:
        raise click.ClickException(str(error)) from None
    minutes, seconds = divmod(time.monotonic() - started, 60)
    console.print(
        f"{minutes:.0f} min {seconds:.0f} s; feedback: {folder}/feedback/<student>/<lab>/"
    )
    if wrong:
        raise click.ClickException("not as expected:\n  " + "\n  ".join(wrong))


if __name__ == "__main__":
    main()
