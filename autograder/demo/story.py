"""The story of the demonstration, and its command; see the package."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import click
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.demo.course import Course
from autograder.demo.students import ALL, HALF, NONE, Item, Students
from autograder.errors import UsageError
from autograder.publishing.make import instructor_notebooks
from autograder.subject import find_subject, resolve


def mark_by_hand(course: Course, items: list[Item], students: Students) -> None:
    """Give the written answers their marks, as an instructor does in the formgrader."""
    with Gradebook(course.database) as gradebook:
        for student in (ALL, HALF):
            for item in items:
                if item.by_hand:
                    grade = gradebook.find_grade(item.cell, item.lab, item.lab, student)
                    grade.manual_score = students.expected(student, item)
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
    console: Console,
    items: list[Item],
    grades: Mapping[tuple[str, str], float | None],
    students: Students,
) -> list[str]:
    """Print the table of grades, a row per exercise; returns what is not as expected."""
    table = Table(title="Grades", show_footer=True)
    totals = {
        student: sum(grades[student, item.exercise] or 0 for item in items)
        for student in (ALL, HALF, NONE)
    }
    most = sum(item.points for item in items)
    table.add_column("lab", footer="")
    table.add_column("exercise", footer="total")
    table.add_column("points", f"{most:g}", justify="right")
    for student in (ALL, HALF, NONE):
        table.add_column(student, f"{totals[student]:g}", justify="right")
    wrong = []
    for before, item in zip([None, *items], items, strict=False):
        row = []
        for student in (ALL, HALF, NONE):
            points, should = grades[student, item.exercise], students.expected(student, item)
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


def demo_students(project: Path) -> Students:
    """What the course's demonstration hands in."""
    subject = find_subject(project)
    if not subject.demo:
        raise UsageError("The course declares no demonstration: autograder.subject.Subject.demo.")
    found: Students = resolve(subject.demo, "the demonstration")
    return found


def run(folder: Path, project: Path, labs: tuple[str, ...], console: Console) -> list[str]:
    """Play the whole story; returns what is not as expected."""
    labs = labs or tuple(path.parent.name for path in instructor_notebooks(project / "solutions"))
    students = demo_students(project)
    course = Course(folder, project, console)
    items = [item for lab in labs for item in course.items(lab)]
    for lab in labs:
        console.print(f"[bold]{lab}[/bold]")
        course.nbgrader("generate_assignment", lab)
        right = course.solutions(lab)
        for student in (ALL, HALF, NONE):
            course.hand_in(lab, student, students.answers_of(student, right))
        course.nbgrader("zip_collect", lab)
        course.nbgrader("autograde", lab)
    mark_by_hand(course, items, students)
    console.print("[bold]feedback[/bold]")
    for lab in labs:
        course.nbgrader("generate_feedback", lab)
    return show(console, items, read_grades(course, items), students)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/demo"))
@click.option("--lab", "labs", multiple=True, help="Only this lab; may be given several times.")
def demo(folder: Path, labs: tuple[str, ...]) -> None:
    """Release, hand in, collect, grade and give feedback, in FOLDER, which is made afresh.

    Example: autograder demo --lab lab1_baseline
    """
    console, started = Console(), time.monotonic()
    wrong = run(folder, Path.cwd(), labs, console)
    minutes, seconds = divmod(time.monotonic() - started, 60)
    console.print(
        f"{minutes:.0f} min {seconds:.0f} s; feedback: {folder}/feedback/<student>/<lab>/"
    )
    if wrong:
        raise click.ClickException("not as expected:\n  " + "\n  ".join(wrong))
