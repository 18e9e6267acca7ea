"""A run over a class ends with a report, and with an exception if anyone is ungraded."""

import logging

import pytest
from nbgrader.converters import Autograde, BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.classrun import AutogradeClass, GradingExporter, Note, TolerantExporter
from autograder.classrun import converter as subject
from autograder.notebooks import read_notebook
from autograder.repair.submissions import Missing

GRADED = Note("mina", "lab1", "cell 1-1 was missing; it was put back as released")
UNGRADED = Note("jun", "lab1", "test-1-1: GraderError: no reference", "UNGRADED")


def converter(folder, loop):
    """As nbgrader's command makes it; what its loop over the class does is given."""
    course = CourseDirectory(root=str(folder), assignment_id="lab1")
    made = Autograde(coursedir=course, log=logging.getLogger("classrun-test"))
    exporter = GradingExporter(parent=made)
    assert exporter.parent is made and type(made) is AutogradeClass
    made.loop = loop
    return made


@pytest.fixture
def end(tmp_path, monkeypatch, caplog):
    """Runs a class in which these notes are made; gives what was logged."""
    missing = Missing(["soo, lab1"], {})
    monkeypatch.setattr(subject, "without_submission", lambda course: missing)
    monkeypatch.setattr(subject, "find_all", lambda course: {})
    monkeypatch.setattr(BaseConverter, "convert_notebooks", lambda self: self.loop(self))

    def go(*notes, fails=None):
        def loop(made):
            made.ledger.notes.extend(notes)
            if fails:
                raise fails

        try:
            converter(tmp_path, loop).convert_notebooks()
        finally:
            go.said = [record.message for record in caplog.records]
        return go.said

    return go


def test_repairs_and_missing_submissions_are_no_failure(end):
    assert end(GRADED) == [
        "No submission: soo, lab1",
        "Repaired: mina, lab1: cell 1-1 was missing; it was put back as released",
    ]


def test_an_ungraded_submission_ends_the_run_with_an_exception_and_comes_last(end):
    with pytest.raises(NbGraderException, match="jun: test-1-1: GraderError"):
        end(UNGRADED, GRADED)
    assert end.said[-2:] == [
        "UNGRADED: jun, lab1: test-1-1: GraderError: no reference",
        "1 submission(s) need a person: jun. All others are graded.",
    ]


def test_the_report_comes_even_if_nbgrader_gives_up(end):
    with pytest.raises(NbGraderException, match="locked database"):
        end(UNGRADED, fails=NbGraderException("locked database"))
    assert "need a person: jun" in end.said[-1]


def test_without_a_converter_it_is_an_ordinary_exporter(course):
    text, _ = GradingExporter().from_notebook_node(read_notebook(course.source))
    assert "squared_number" in text


def test_the_notebooks_folder_is_known_to_the_steps(course):
    _, resources = TolerantExporter().from_filename(str(course.source))
    assert resources["metadata"]["path"] == str(course.source.parent)
    assert resources["metadata"]["name"] == course.source.stem
