"""Points on their way into the gradebook, and out of it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades, SaveAutoGrades

from autograder.marks.answers import note_digest
from autograder.marks.journal import Place, journal_of
from autograder.marks.score import read_result
from autograder.marks.watch import not_a_person
from autograder.notebooks import grade_id, is_graded_code
from autograder.notes import notes_of


class SaveScores(SaveAutoGrades):
    """``SaveAutoGrades`` that takes scores from `read_result`, and marks from the journal.

    A person's mark belongs to the text that it was given for: the same answer has it again, and
    another answer of the same student shows it as a proposal that waits for a person.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the scores of a notebook into the gradebook."""
        self._answers = nb
        self._journal = journal_of(Path(CourseDirectory(parent=self).root))
        done: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return done

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        with not_a_person(self.gradebook.db):
            if is_graded_code(cell):
                self._add_result(cell, resources)
            else:
                super()._add_score(cell, resources)
            self._add_mark(cell)

    def _add_result(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        result = read_result(cell)
        grade = self._grade(cell)
        grade.auto_score = result.points
        grade.needs_manual_grade = result.points is None or grade.manual_score is not None
        self.gradebook.db.commit()
        noted = notes_of(resources)
        noted.look_at += [f"{result.name}: {text}" for text in result.look_at]
        if result.fault:
            noted.ungraded.append(f"{result.name}: {result.fault}")

    def _add_mark(self, cell: NotebookNode) -> None:
        """What a person gave for this very answer, or as a proposal for another one."""
        text, place, grade = note_digest(self._answers, cell), self._place(cell), self._grade(cell)
        for_this = self._journal.newest(place, "mark", text)
        newest = self._journal.newest(place, "mark")
        for given, waits in ((for_this, False), (newest, True)):
            if given and given.points is not None:
                grade.manual_score, grade.extra_credit = given.points, given.extra
                grade.needs_manual_grade = waits
                self.gradebook.db.commit()
                return

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        with not_a_person(self.gradebook.db):
            super()._add_comment(cell, resources)
            found = self._journal.newest(self._place(cell), "comment")
            if found:
                comment: Comment = self.gradebook.find_comment(*self._where(cell))
                comment.manual_comment = found.comment
                self.gradebook.db.commit()

    def _grade(self, cell: NotebookNode) -> Grade:
        return self.gradebook.find_grade(*self._where(cell))

    def _where(self, cell: NotebookNode) -> tuple[str, str, str, str]:
        name: str = cell.metadata["nbgrader"]["grade_id"]
        return name, self.notebook_id, self.assignment_id, self.student_id

    def _place(self, cell: NotebookNode) -> Place:
        name, notebook, assignment, student = self._where(cell)
        return Place(student, assignment, notebook, name)


class ReadScores(GetGrades):
    """First of ``GenerateFeedback.preprocessors``: ``GetGrades`` that knows what is not marked."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        if grade.needs_manual_grade:
            cell.metadata.nbgrader["score"] = None  # nbgrader's own page says 0.0


def forget_scores(db_url: str, assignment: str, student: str, notebook: str = "*") -> None:
    """Take back what an earlier run computed, so that nothing stale outlives a run that fails.

    A person's marks stay. Until new scores are written, every cell asks for a person.
    """
    with Gradebook(db_url) as gradebook, not_a_person(gradebook.db):
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
