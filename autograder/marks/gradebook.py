"""Points on their way into the gradebook, and out of it again."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import GetGrades, SaveAutoGrades

from autograder.marks.score import read_result
from autograder.notebooks import grade_id, is_graded_code
from autograder.notes import notes_of


class SaveScores(SaveAutoGrades):
    """``SaveAutoGrades`` that takes scores from `read_result`."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if not is_graded_code(cell):
            super()._add_score(cell, resources)
            return
        result = read_result(cell)
        grade = self.gradebook.find_grade(
            result.name, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = result.points
        grade.needs_manual_grade = result.points is None or grade.manual_score is not None
        self.gradebook.db.commit()
        noted = notes_of(resources)
        noted.look_at += [f"{result.name}: {text}" for text in result.look_at]
        if result.fault:
            noted.ungraded.append(f"{result.name}: {result.fault}")


class ReadScores(GetGrades):
    """First of ``GenerateFeedback.preprocessors``: ``GetGrades`` that knows what is not marked."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        if grade.manual_score is None and grade.auto_score is None:
            cell.metadata.nbgrader["score"] = None  # nbgrader's own page says 0.0


def forget_scores(db_url: str, assignment: str, student: str, notebook: str = "*") -> None:
    """Take back what an earlier run computed, so that nothing stale outlives a run that fails.

    A person's marks stay. Until new scores are written, every cell asks for a person.
    """
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return
        for submitted in submission.notebooks:
            if notebook in ("*", submitted.name):
                for grade in submitted.grades:
                    grade.auto_score = None
                    grade.needs_manual_grade = True
        gradebook.db.commit()
