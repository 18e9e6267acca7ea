"""The stock command on a class of broken submissions: graded as intact, or ungraded and said so."""

import os
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "redteam"))

from broken import BROKEN, EXERCISES, Lab, instructor_notebook

from autograder.notebooks import read_notebook

pytestmark = pytest.mark.slow

#: Those that take a way of their own through the command; all are graded in `test_redteam`.
NAMES = (
    "split-in-three",
    "for-another-kernel",
    "emoji-name",
    "upper-case",
    "links-among-the-files",
    "utf-16",
    "of-another-lab",
    "empty-file",
    "report-instead",
    "link-to-a-notebook",
)
CHOSEN = {case.name: case for case in BROKEN if case.name in NAMES}
#: Seconds; this is about repair, and machines that run tests are busy.
PATIENT = "--ExecuteSubmission.call_limit=120"
UNGRADED = sorted(name for name, case in CHOSEN.items() if case.points is None)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, toy, make_course):
    """The course after a run over the class, with what the command said."""
    course = make_course(tmp_path_factory.mktemp("broken"))
    nbformat.write(instructor_notebook(toy.hidden_for), course.source)
    course.run("generate_assignment", toy.lab)
    lab = Lab(toy.lab, read_notebook(course.release))
    submitted = course.root / "submitted"
    for name, case in CHOSEN.items():
        case.write(lab, submitted / name / toy.lab)
    lab.write(submitted / "intact" / toy.lab, lab.solved())
    lab.write(submitted / "misplaced" / toy.lab.upper(), lab.solved())
    (submitted / "nobody").mkdir()
    before = listing(submitted)
    course.done = course.run("autograde", toy.lab, PATIENT, check=False)
    assert listing(submitted) == before
    course.lab = lab
    return course


def listing(folder):
    return sorted((path, path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def scores(course, student):
    return {name: auto for name, (auto, _) in course.grades(student).items() if name[0] == "t"}


FULL = {f"test-{name}": 4 for name in EXERCISES}


@pytest.mark.parametrize("name", [*sorted(set(CHOSEN) - set(UNGRADED)), "intact"])
def test_what_can_be_repaired_gets_its_points(graded, name):
    points = CHOSEN[name].points if name in CHOSEN else {}
    assert scores(graded, name) == {**FULL, **points}
    assert graded.grades(name)["1-w"] == (None, True)


@pytest.mark.parametrize("name", UNGRADED)
def test_what_cannot_be_repaired_waits_for_a_person(graded, name):
    assert set(graded.grades(name).values()) == {(None, True)}


def test_the_end_of_the_run_says_it_all(graded):
    said = graded.done.stderr
    assert graded.done.returncode == 1
    last = said.strip().split("\n")[-1]
    assert f"need a person: {', '.join(sorted([*UNGRADED, 'misplaced']))}." in last
    for line in (
        "UNGRADED: misplaced, lab1_toy: no folder lab1_toy; there is LAB1_TOY",
        "UNGRADED: report-instead, lab1_toy: UnreadableNotebookError: no lab1_toy.ipynb among",
        "UNGRADED: of-another-lab, lab1_toy: NotThisLabError: none of the lab's exercises",
        "No submission: nobody, lab1_toy",
        "Repaired: emoji-name, lab1_toy: graded the file 🎓 final `final` <b>.ipynb",
        "Repaired: utf-16, lab1_toy: the file is encoded in UTF-16",
        "Repaired: links-among-the-files, lab1_toy: inner: a link or no ordinary file",
    ):
        assert line in said
    assert "\x1b[31m" not in said  # in the name of a kernel


def test_links_are_not_copied_to_where_student_code_runs(graded, toy):
    folder = graded.root / "autograded" / "links-among-the-files" / toy.lab
    assert [path.name for path in folder.rglob("*")] == [f"{toy.lab}.ipynb"]


def test_the_student_reads_what_was_repaired_in_both_languages(graded, toy):
    graded.run("generate_feedback", toy.lab)
    folder = graded.root / "feedback"
    page = (folder / "emoji-name" / toy.lab / f"{toy.lab}.html").read_text("utf-8")
    assert "채점하기 전에 노트북을 다음과 같이 고쳤습니다" in page
    assert "Your notebook was repaired before grading" in page
    assert "final 'final' &lt;b&gt;.ipynb</code>" in page
    page = (folder / "intact" / toy.lab / f"{toy.lab}.html").read_text("utf-8")
    assert "repaired" not in page


def test_a_second_run_grades_what_changed_or_was_ungraded_and_nothing_else(graded, toy):
    lab, submitted = graded.lab, graded.root / "submitted"
    before = scores(graded, "split-in-three")
    lab.write(submitted / "empty-file" / toy.lab, lab.solved())
    lab.write(submitted / "utf-16" / toy.lab, lab.untouched(), age=10_000_000)
    lab.write(submitted / "upper-case" / toy.lab, "", f"{toy.lab.upper()}.IPYNB")
    os.rename(submitted / "misplaced" / toy.lab.upper(), submitted / "misplaced" / toy.lab)
    done = graded.run("autograde", toy.lab, PATIENT, check=False)
    assert done.returncode == 1
    assert scores(graded, "empty-file") == scores(graded, "misplaced") == FULL
    assert scores(graded, "utf-16") == dict.fromkeys(FULL, 0)
    assert set(graded.grades("upper-case").values()) == {(None, True)}
    assert scores(graded, "split-in-three") == before == FULL
    left = sorted({*UNGRADED, "upper-case"} - {"empty-file"})
    assert f"need a person: {', '.join(left)}." in done.stderr.strip().split("\n")[-1]
    skipped = len(CHOSEN) + 1 - len(UNGRADED) - 2
    assert f"{skipped} submission(s) did not change since they were graded" in done.stderr
