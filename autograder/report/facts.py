"""What gradebook, bookings and store know of a class, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.exchange.grades import Grades, exercises, read_grades
from autograder.marks.score import Result
from autograder.notebooks import UnreadableNotebookError, grade_id, is_solution, read_notebook
from autograder.results import Booking, Bookings, Record, ResultStore


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lab.

    Attributes
    ----------
    grades : Grades
    repairs, ungraded : tuple of str
        What was repaired, and why it needs a person.
    results : dict of str to Result
        By exercise, with the checks; empty if the store has none.
    seconds : tuple of float, or None
        Executing it took so long, and of that the student's own code.
    answers : dict of str to str
        The code that the student wrote, by exercise.
    look_at : tuple of str
        What a person should look at, although it is graded.
    """

    grades: Grades
    repairs: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    results: dict[str, Result] | None = None
    seconds: tuple[float, float] | None = None
    answers: dict[str, str] | None = None
    look_at: tuple[str, ...] = ()

    @property
    def student(self) -> str:
        """The student's id."""
        return str(self.grades.student.id)

    @property
    def name(self) -> str:
        """The student's name, if the gradebook has it."""
        student = self.grades.student
        return " ".join(part for part in (student.first_name, student.last_name) if part)


@dataclass(frozen=True)
class Lab:
    """One assignment.

    Attributes
    ----------
    exercises : dict of str to float
        The points that there are for each.
    submissions : list of Submission
        Of those who handed something in.
    missing : list of str
        Students who did not.
    released : tuple of str
        The code that everybody got.
    """

    name: str
    exercises: dict[str, float]
    submissions: list[Submission]
    missing: list[str]
    released: tuple[str, ...]

    @property
    def max_points(self) -> float:
        """All points of the lab."""
        return sum(self.exercises.values())


def collect(
    gradebook: Gradebook, course: Any, assignments: Iterable[Any], store: Path
) -> list[Lab]:
    """Everything about these assignments.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    store : Path
        Folder of the stored results.
    """
    return [_lab(gradebook, course, assignment, store) for assignment in assignments]


def _lab(gradebook: Gradebook, course: Any, assignment: Any, store: Path) -> Lab:
    results, bookings = ResultStore(store), Bookings(store)
    booked = {booking.student: booking for booking in bookings.all(assignment.name)}
    submissions, missing = [], []
    everybody = read_grades(gradebook, [assignment.name])
    for grades in sorted(everybody, key=lambda grades: str(grades.student.id)):
        student = str(grades.student.id)
        if grades.timestamp is None and not grades.points and student not in booked:
            missing.append(student)
        else:
            submissions.append(_in_any_case(grades, booked.get(student), results))
    released = Path(course.format_path(course.release_directory, ".", assignment.name))
    return Lab(
        assignment.name,
        exercises(assignment),
        submissions,
        missing,
        tuple(_code(released)),
    )


def _in_any_case(grades: Grades, booking: Booking | None, store: ResultStore) -> Submission:
    """What is known of a submission; what cannot be read of it is a reason to look at it."""
    try:
        return _submission(grades, booking, store)
    except Exception as error:  # of one submission; the page is about all of them
        reason = f"its result cannot be read ({type(error).__name__}: {error})"
        return Submission(grades, ungraded=(reason,))


def _submission(grades: Grades, booking: Booking | None, store: ResultStore) -> Submission:
    if booking is None:
        return Submission(grades)
    found: dict[str, Result] = {}
    answers: dict[str, str] = {}
    everything = own = 0.0
    records = [record for key in booking.keys.values() if (record := store.get(key))]
    for record in records:
        found |= {result.name.removeprefix("test-"): result for result in record.results}
        answers |= _answers(record)
        everything += record.seconds.get("all", 0.0)
        own += record.seconds.get("student", 0.0)
    return Submission(
        grades,
        booking.repairs,
        booking.ungraded,
        found if records else None,
        (everything, own) if records else None,
        answers if records else None,
        booking.look_at,
    )


def _answers(record: Record) -> dict[str, str]:
    return {
        grade_id(cell) or "?": str(cell.source)
        for cell in record.notebook.cells
        if cell.cell_type == "code" and is_solution(cell)
    }


def _code(folder: Path) -> Iterable[str]:
    for path in sorted(folder.glob("*.ipynb")):
        try:
            cells = read_notebook(path).cells
        except UnreadableNotebookError:
            continue
        yield from (str(cell.source) for cell in cells if cell.cell_type == "code")
