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
from autograder.demo.students import ALL, HALF, NONE, Item, answers_of, expected
from autograder.errors import GraderError
from autograder.release.make import instructor_notebooks


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
