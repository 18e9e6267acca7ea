"""What lateness takes from a score: so much for each day, up to a limit, with extensions.

A day counts as soon as it has begun. `LatePenalty` is nbgrader's plugin for
``AssignLatePenalties``; `book_penalties` does the same for a whole gradebook without grading again,
after a mark by hand, a new extension or another rule.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin
from traitlets import Enum, Float, Unicode

from autograder.course import assignments_of, open_course
from autograder.exchange.tables import ID, Line, read_lines
from autograder.nearest import nearest

DAY = 86_400.0  # seconds
ALL = "*"  # in the column of assignments


@dataclass(frozen=True)
class Rule:
    """How lateness is punished.

    Attributes
    ----------
    per_day, most : float
        Shares of `of`, from 0 to 1: for each day that has begun, and at most.
    of : str
        ``"maximum"``: of the points that could be had; ``"score"``: of those that were earned.
    grace : float
        Seconds that are forgiven. Who is later than that is late from the due date on.
    """

    per_day: float
    most: float = 1.0
    of: str = "maximum"
    grace: float = 0.0

    def penalty(self, score: float, maximum: float, late: float, extension: float = 0.0) -> float:
        """The points that are taken.

        Parameters
        ----------
        score, maximum : float
            Points that were earned, and that could be had.
        late, extension : float
            Seconds: after the due date, and by which the due date is later for this student.

        Returns
        -------
        float
            From 0 to `score`.
        """
        late -= max(0.0, extension)
        if late <= self.grace or late <= 0:
            return 0.0
        base = maximum if self.of == "maximum" else score
        share = min(self.most, self.per_day * math.ceil(late / DAY))
        return max(0.0, min(score, share * base))


@dataclass(frozen=True)
class Extension:
    """By how many seconds the due date of an assignment, or of all, is later for a student."""

    student: str
    assignment: str
    seconds: float
    line: Line

    def fits(self, student: str, assignment: str) -> bool:
        """Whether it is about this student and this assignment."""
        return self.student == student and self.assignment in (assignment, ALL)


class LatePenalty(BasePlugin):
    """The rule and the extensions of a course, as ``nbgrader_config.py`` gives them."""

    per_day = Float(0.0, min=0, help="Percent that a day costs; 0: lateness costs nothing.").tag(
        config=True
    )
    most = Float(100.0, min=0, max=100, help="Percent that lateness costs at most.").tag(
        config=True
    )
    of = Enum(
        ("maximum", "score"), "maximum", help="Percent of what: the points of the notebook, or"
        " the student's score.",
    ).tag(config=True)  # fmt: skip
    grace = Float(0.0, min=0, help="Minutes after the due date that are forgiven.").tag(config=True)
    extensions = Unicode(
        "extensions.csv", help="CSV file in the course's folder: student_id, assignment or *, days."
    ).tag(config=True)

    @property
    def rule(self) -> Rule:
        """The course's rule."""
        return Rule(self.per_day / 100, self.most / 100, self.of, self.grace * 60)

    @cached_property
    def table(self) -> list[Extension]:
        """The table's rows; none where there is no table."""
        path = Path(CourseDirectory(parent=self).root) / self.extensions
        return read_extensions(path) if path.exists() else []

    def extension(self, student: str, assignment: str) -> float:
        """By how many seconds the due date is later for a student: the longest of several."""
        found = (each.seconds for each in self.table if each.fits(student, assignment))
        return max(found, default=0.0)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """What nbgrader asks while it grades: the parent knows the notebook."""
        step: Any = self.parent
        notebook = step.gradebook.find_notebook(step.notebook_id, step.assignment_id)
        extension = self.extension(student_id, step.assignment_id)
        maximum = float(notebook.max_score)
        return self.rule.penalty(float(score), maximum, total_seconds_late, extension)


def read_extensions(path: Path) -> list[Extension]:
    """The rows of a table of extensions.

    Raises
    ------
    UsageError
        If a column is missing, or a number of days is none.
    """
    found = []
    for line in read_lines(path, [ID, "assignment", "days"]):
        student, assignment = line.cells[ID], line.cells["assignment"] or ALL
        days = _number(line.cells["days"])
        if days is None:
            raise line.error("days", "is no number of days")
        found.append(Extension(student, assignment, days * DAY, line))
    return found


def unknown_in(
    extensions: Iterable[Extension], students: Collection[str], labs: Collection[str]
) -> Iterator[str]:
    """A line for each student, and for each lab, of whom the course knows nothing."""
    for each in extensions:
        if each.student not in students:
            why = f"is no student of the course.{nearest(each.student, students)}"
            yield each.line.place(ID, why)
        if each.assignment != ALL and each.assignment not in labs:
            why = f"is no lab of the course.{nearest(each.assignment, labs)}"
            yield each.line.place("assignment", why)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def book_penalties(
    gradebook: Gradebook, assignments: Iterable[Any], plugin: LatePenalty
) -> list[tuple[str, str, float, float]]:
    """Write every penalty anew; returns what changed: assignment, student, before, after."""
    changed = []
    for assignment in assignments:
        for submission in gradebook.assignment_submissions(assignment.name):
            student = submission.student_id
            late = float(submission.total_seconds_late)
            extension = plugin.extension(student, assignment.name)
            before = float(submission.late_submission_penalty or 0.0)
            after = 0.0
            for notebook in submission.notebooks:
                score, maximum = float(notebook.score), float(notebook.max_score)
                penalty = plugin.rule.penalty(score, maximum, late, extension)
                notebook.late_submission_penalty = penalty or None
                after += penalty
            if not math.isclose(before, after, abs_tol=1e-9):
                changed.append((assignment.name, student, before, after))
    gradebook.db.commit()
    return changed


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
def penalties(labs: tuple[str, ...]) -> None:
    """Take off for lateness anew, after marks by hand, new extensions or another rule.

    The rule is `c.LatePenalty` in nbgrader_config.py. Nothing is graded again.

    Example: autograder penalties lab1_baseline
    """
    app = open_course()
    with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
        chosen = assignments_of(gradebook, labs)
        plugin = LatePenalty(parent=app)
        students = [student.id for student in gradebook.students]
        known = [assignment.name for assignment in gradebook.assignments]
        unknown = list(unknown_in(plugin.table, students, known))
        changed = book_penalties(gradebook, chosen, plugin)
    for text in unknown:
        click.echo(text, err=True)
    for assignment, student, before, after in changed:
        click.echo(f"{assignment}, {student}: {before:g} -> {after:g} points taken")
    click.echo(f"{len(changed)} penalties changed.")
