"""What the page says of each exercise, and of the class as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from autograder.marks.score import CheckScore
from autograder.report.facts import Lab, Submission
from autograder.report.figures import Dot, histogram, strip
from labkit.judge.messages import Text

#: How the axis of a measure writes its numbers; the others as decimal numbers.
_FORMS = {"accuracy": "{:.0%}"}
MISTAKES = 5  # the most frequent ones


@dataclass
class CheckRow:
    """A check, how many passed it, and the named mistakes of those who did not."""

    title: Text
    passed: int = 0
    partly: int = 0
    tried: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    messages: dict[str, str] = field(default_factory=dict)

    @property
    def frequent(self) -> list[tuple[str, int, str]]:
        """Id, number and message of the most frequent mistakes."""
        return [(id, n, self.messages[id]) for id, n in self.mistakes.most_common(MISTAKES)]


@dataclass
class ExerciseRow:
    """An exercise and its checks."""

    name: str
    most: float
    mean: float | None
    full: int
    graded: int
    waiting: int
    checks: list[CheckRow]


@dataclass(frozen=True)
class Plot:
    """A drawing and what it shows."""

    title: str
    drawing: Markup


def exercise_rows(lab: Lab) -> Iterator[ExerciseRow]:
    """A row for each exercise of a lab."""
    for name, most in lab.exercises.items():
        points = [each.grades.points.get(name) for each in lab.submissions]
        known = [value for value in points if value is not None]
        yield ExerciseRow(
            name,
            most,
            sum(known) / len(known) if known else None,
            sum(value >= most for value in known),
            len(known),
            len(points) - len(known),
            _check_rows(lab.submissions, name),
        )


def _check_rows(submissions: Iterable[Submission], exercise: str) -> list[CheckRow]:
    rows: dict[str, CheckRow] = {}
    for submission in submissions:
        result = (submission.results or {}).get(exercise)
        for check in result.checks if result else ():
            row = rows.setdefault(check.id, CheckRow(check.title))
            row.tried += 1
            row.passed += check.is_full
            row.partly += 0 < check.share < 1
            if check.mistake:
                row.mistakes[check.mistake] += 1
                told = check.cause if any(check.cause) else check.message
                row.messages.setdefault(check.mistake, told.en or told.ko)
    return list(rows.values())


def score_plots(labs: list[Lab]) -> Iterator[Plot]:
    """Distributions of the points so far, of each lab and in total; without the ungraded."""
    totals: dict[str, float] = {}
    ungraded: set[str] = set()
    for lab in labs:
        graded = [each for each in lab.submissions if not each.ungraded]
        ungraded |= {each.student for each in lab.submissions if each.ungraded}
        for each in graded:
            totals[each.student] = totals.get(each.student, 0.0) + each.grades.so_far
        if graded:
            values = [each.grades.so_far for each in graded]
            drawing = histogram(values, lab.max_points or 1, f"points in {lab.name}")
            yield Plot(f"{lab.name}: {len(values)} submissions", drawing)
    values = [points for student, points in totals.items() if student not in ungraded]
    if len(labs) > 1 and values:
        most = sum(lab.max_points for lab in labs)
        drawing = histogram(values, most or 1, "points in total")
        yield Plot(f"In total: {len(values)} students", drawing)


def measure_plots(lab: Lab) -> Iterator[Plot]:
    """All end-to-end runs of a lab: a plot for each thing that is measured."""
    found: dict[tuple[str, str], list[tuple[Dot, CheckScore]]] = {}
    for submission in lab.submissions:
        for exercise, result in (submission.results or {}).items():
            for check in result.checks:
                if check.value is not None:
                    dot = Dot(check.value, submission.student, check.is_full)
                    found.setdefault((exercise, check.id), []).append((dot, check))
    for (exercise, id), pairs in sorted(found.items()):
        bars = {check.needed for _, check in pairs if check.needed is not None}
        title = f"{exercise}: {pairs[0][1].title.en}"
        drawing = strip(
            [dot for dot, _ in pairs],
            bars.pop() if len(bars) == 1 else None,
            title,
            _FORMS.get(id, "{:.3g}"),
        )
        yield Plot(title, drawing)


def time_plots(lab: Lab) -> Iterator[Plot]:
    """How long the submissions of a lab took: the student's own code, and all."""
    timed = [each for each in lab.submissions if each.seconds]
    for number, what in enumerate(("in all", "of the student's own code")):
        dots = [Dot(each.seconds[number], each.student) for each in timed if each.seconds]
        if dots:
            yield Plot(f"{lab.name}: seconds {what}", strip(dots, None, what, "{:.3g} s"))
