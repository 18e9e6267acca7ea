"""A wrong name is said with the right one, and what lies where nobody looks is told."""

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.course import expect_course
from autograder.errors import UsageError
from autograder.grade.handed_in import labs_of, misplaced, students_of

LABS = ("lab1_baseline", "lab2_kd")


@pytest.fixture
def folder(tmp_path):
    """A course with two labs; mina has handed in the first."""
    tmp_path = tmp_path / "course"
    tmp_path.mkdir()
    (tmp_path / "nbgrader_config.py").write_text("")
    for lab in LABS:
        put(tmp_path, f"solutions/{lab}/{lab}.ipynb")
    put(tmp_path, "submitted/mina/lab1_baseline/lab1_baseline.ipynb")
    return tmp_path


def put(folder, name):
    """Make an empty file."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lab1", "lab1_baseline"), ("lab1_baselin", "lab1_baseline"), ("Lab2_KD", "lab2_kd"),
     ("submitted/mina/lab2_kd", "lab2_kd"), ("lab2_kd.ipynb", "lab2_kd"), ("lab2_kd/", "lab2_kd")],
)  # fmt: skip
def test_a_wrong_lab_is_answered_with_the_nearest(folder, name, meant):
    with pytest.raises(UsageError, match=f"There is no lab .* Did you mean '{meant}'"):
        labs_of(folder, (name,))


def test_a_name_like_no_other_is_answered_with_all(folder):
    with pytest.raises(UsageError, match=r"'xyz'; there are: lab1_baseline, lab2_kd\.$"):
        labs_of(folder, ("xyz",))


def test_from_a_wrong_folder_the_course_is_shown(folder):
    for wrong in (folder / "submitted", folder / "submitted" / "mina"):
        with pytest.raises(UsageError, match=f"is no course.* {folder} is one"):
            expect_course(wrong)
    beside = folder.parent
    with pytest.raises(UsageError, match=f"is no course.* {folder} is one"):
        expect_course(beside)


@pytest.mark.parametrize(
    ("named", "said"),
    [("nobody", "'nobody' has handed nothing in for lab1_baseline"),
     ("mna", "Did you mean 'mina'"), ("mina,jun", "'jun' has"), (" , ", "names nobody")],
)  # fmt: skip
def test_students_who_have_handed_nothing_in_are_said(folder, named, said):
    with pytest.raises(UsageError, match=said):
        students_of(folder, ["lab1_baseline"], named)


def test_students_who_have_are_graded_alone(folder):
    assert students_of(folder, ["lab1_baseline"], " mina,") == {"mina"}
    assert students_of(folder, ["lab1_baseline"], None) is None


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("lab1_baseline/jun/lab1_baseline.ipynb",
         "submitted/lab1_baseline/jun is swapped: put it into submitted/jun/lab1_baseline."),
        ("jun/lab2_kd.ipynb",
         "submitted/jun/lab2_kd.ipynb is in no lab's folder: put it into submitted/jun/lab2_kd/."),
        ("jun/x.ipynb", "submitted/jun/x.ipynb is in no lab's folder: put it into submitted/jun/"
         "<lab>/."),
        ("jun.ipynb", "submitted/jun.ipynb is in no lab's folder: put it into submitted/<student>/"
         "<lab>/."),
    ],
)  # fmt: skip
def test_what_lies_where_nobody_looks_is_told(folder, file, said):
    assert misplaced(folder) == []
    put(folder, f"submitted/{file}")
    assert misplaced(folder) == [said]


def test_beside_a_labs_folder_a_students_other_files_are_the_students(folder):
    put(folder, "submitted/mina/notes.ipynb")
    put(folder, "submitted/mina/.hidden.ipynb")
    assert misplaced(folder) == []


def test_where_nothing_else_is_there_the_command_says_it(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "submitted" / "mina").rename(folder / "mina")
    put(folder, "submitted/lab1_baseline/jun/lab1_baseline.ipynb")
    for arguments, said in (
        ([], "submitted/lab1_baseline/jun is swapped"),
        (["lab1"], "Did you mean 'lab1_baseline'"),
        (["lab1_baseline", "--students", "nobody"], "'nobody' has handed nothing in"),
    ):
        run = CliRunner().invoke(main, ["grade", *arguments])
        assert run.exit_code == 2
        assert said in run.output
        assert "Traceback" not in run.output
