"""``nbgrader export`` into files ``results.json``, as Gradescope's autograders write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from traitlets import Enum

from autograder.exchange.grades import Grades, exercises, read_grades
from autograder.exchange.harmless import harmless
from autograder.marks.score import CheckScore, Result
from autograder.repair.changes import plain
from autograder.results import Bookings, Record, ResultStore
from autograder.results.store import store_folder

_WAITS = "아직 채점되지 않았습니다. / Not graded yet."
_NOT_FINAL = "점수가 확정되지 않았습니다. / Not final, no grade yet for: "


class GradescopeExport(ExportPlugin):
    """A folder for each assignment and student with its ``results.json``."""

    visibility = Enum(
        ("visible", "after_due_date", "after_published", "hidden"),
        "after_published",
        help="When students may see the points and messages.",
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the files; a student without a submission gets none."""
        target = Path(self.to or "gradescope")
        self.log.info("Exporting results for Gradescope to %s", target)
        folder = store_folder(CourseDirectory(parent=self).root)
        self._store, self._bookings = ResultStore(folder, self.log), Bookings(folder)
        for grades in read_grades(gradebook, self.assignment, self.student):
            try:
                if grades.points:
                    self._write(grades, target)
            except Exception as error:  # of one submission; the others are exported
                who, what = grades.student.id, grades.assignment.name
                self.log.error("NOT EXPORTED: %s, %s: %s", who, what, plain(repr(error)))

    def _write(self, grades: Grades, target: Path) -> None:
        path = target / _safe(grades.assignment.name) / _safe(grades.student.id)
        path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self._results(grades), ensure_ascii=False, indent=1)
        (path / "results.json").write_text(text + "\n", "utf-8", "replace")

    def _results(self, grades: Grades) -> dict[str, Any]:
        records = list(self._records(grades))
        checked = {
            result.name.removeprefix("test-"): result
            for record in records
            for result in record.results
            if result.points is not None
        }
        found: dict[str, Any] = {
            "score": grades.so_far,
            "visibility": self.visibility,
            "stdout_visibility": "hidden",
            "tests": list(_tests(grades, checked)),
        }
        notes = [_NOT_FINAL + grades.waiting] if grades.waiting else []
        notes += [f"지각 / late: -{grades.penalty:g}"] if grades.penalty else []
        if notes:
            found |= {"output": "\n".join(notes), "output_format": "text"}
        if records:
            found["execution_time"] = round(sum(record.seconds["all"] for record in records), 1)
        return found

    def _records(self, grades: Grades) -> Iterator[Record]:
        booking = self._bookings.get(grades.assignment.name, grades.student.id)
        for key in booking.keys.values() if booking else ():
            record = self._store.get(key)
            if record is not None:
                yield record


def _tests(grades: Grades, checked: dict[str, Result]) -> Iterator[dict[str, Any]]:
    """The checks of each exercise; the exercise itself where a person graded it, or nobody did."""
    most = exercises(grades.assignment)
    for name, points in grades.points.items():
        result = checked.get(name)
        if points is None:
            # Without a score, Gradescope shows no points at all, which is what there are.
            yield {"name": name, "number": name, "output": _WAITS, "output_format": "text"}
        elif result is None or not result.checks or name in grades.by_hand:
            text = "\n".join(filter(None, result.message)) if result else ""
            yield _test(name, name, points, most[name], text)
        else:
            checks = result.worth(most[name]).checks
            yield from (_check(name, number, each) for number, each in enumerate(checks, 1))


def _check(exercise: str, number: int, check: CheckScore) -> dict[str, Any]:
    title = f"{exercise} {check.title.ko} / {check.title.en}"
    text = "\n".join(text for text in check.told if text)
    return _test(title, f"{exercise}.{number}", check.points, check.max_points, text)


def _test(name: str, number: str, points: float, most: float, text: str) -> dict[str, Any]:
    return {
        "name": harmless(name),
        "number": number,
        "score": points,
        "max_score": most,
        "status": "passed" if points >= most else "failed",
        "output": harmless(text),
        "output_format": "text",
    }


def _safe(name: str) -> str:
    """A name as a folder of its own, wherever it came from."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "_"
