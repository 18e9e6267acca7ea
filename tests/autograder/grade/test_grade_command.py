"""``autograder grade``: one command for a class, which says what it did and what is left to do."""

import shutil
import sqlite3

import nbformat
import pytest
from filelock import FileLock

pytestmark = pytest.mark.slow

FULL = (4.0, False)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, make_class, toy):
    """A class after its first run: one wrong, one untouched, one unreadable, two alike."""
    room = make_class(tmp_path_factory.mktemp("class"), ["ara", "bora", "chul"])
    room.hand_in("dana", 1, body="x + x")
    room.course.submit("eun", room.course.released())
    room.course.submit("fail", b"this is no notebook")
    shutil.copytree(room.root / "submitted" / "ara", room.root / "submitted" / "twin")
    room.said = room.grade(code=1)
    return room


def test_everyone_who_can_be_graded_is(graded):
    scores = {student: grade for (student, name), grade in graded.table().items() if name[0] == "t"}
    assert scores == {
        "ara": FULL, "bora": FULL, "chul": FULL, "twin": FULL,
        "dana": (1.0, False), "eun": (0.0, False), "fail": (None, True),
    }  # fmt: skip


def test_the_end_says_who_needs_a_person(graded):
    lines = graded.said.strip().split("\n")
    rows = [line for line in lines if line.startswith("│")]
    assert " ".join(row.split()[1] for row in rows) == "fail ara bora chul dana eun twin"
    assert "ungraded" in rows[0]
    assert any(line.startswith("UNGRADED: fail, lab1_toy: UnreadableNotebook") for line in lines)
    assert lines[-1] == "Submissions: 6 executed, 1 ungraded."


def test_it_shows_each_submission_with_the_time_left(graded):
    assert "lab1_toy: 7 submissions" in graded.said
    assert "7/7" in graded.said
    assert " left" in graded.said


def test_two_identical_submissions_are_executed_once(graded):
    assert len(graded.stored()) == 5


def test_stock_autograde_gives_the_same_grades_from_the_same_store(graded):
    before, stored = graded.table(), graded.stored()
    shutil.rmtree(graded.root / "autograded")
    (graded.root / "gradebook.db").unlink()
    graded.course.run("generate_assignment", graded.toy.lab)
    graded.course.run("autograde", graded.toy.lab, check=False)
    assert graded.table() == before
    assert graded.stored() == stored


def test_a_second_run_executes_nothing_and_tries_the_ungraded_again(graded):
    graded.grade(code=1)
    stored = graded.stored()
    said = graded.grade(code=1)
    assert said.strip().endswith("Submissions: 6 unchanged, 1 ungraded.")
    assert graded.stored() == stored


def test_changed_and_chosen_submissions_alone_are_executed(graded):
    graded.grade(code=1)
    stored = graded.stored()
    graded.hand_in("bora", 77)
    graded.hand_in("chul", 78)
    assert "'nobody' has handed nothing in" in graded.grade("--students", "bora,nobody", code=2)
    assert graded.stored() == stored
    assert graded.grade("--students", "bora").strip().endswith("Submissions: 1 executed.")
    assert len(graded.stored()) == len(stored) + 1
    assert "1 executed" in graded.grade(code=1)
    assert len(graded.stored()) == len(stored) + 2
    assert stored.items() < graded.stored().items()


def test_fresh_executes_everything_again(graded):
    graded.grade(code=1)
    before = graded.stored()
    said = graded.grade("--fresh", "--students", "ara,twin")
    assert "2 executed" in said
    changed = [name for name, time in graded.stored().items() if before[name] != time]
    assert len(changed) == 1


def test_a_damaged_entry_is_executed_again_and_reported(graded):
    graded.grade(code=1)
    booked = graded.root / "results" / "bookings" / graded.toy.lab
    (booked / "dana.json").unlink()
    (booked / "eun.json").unlink()
    damaged = max(graded.root.glob("results/*/*.result"), key=lambda path: path.stat().st_mtime_ns)
    for path in graded.root.glob("results/*/*.result"):
        path.write_bytes(path.read_bytes()[:-5])
    assert damaged.is_file()
    said = graded.grade(code=1)
    assert "2 executed" in said
    assert graded.table()["dana", "test-1-1"] == (1.0, False)


def test_a_change_of_the_checks_grades_the_lab_again(graded):
    graded.grade(code=1)
    with (graded.root / "toy_checks.py").open("a") as file:
        file.write("# stricter from now on\n")
    assert "6 executed" in graded.grade(code=1)
    assert "6 unchanged" in graded.grade(code=1)


def change_source(room, change):
    """Edit the instructor's notebook."""
    notebook = nbformat.read(room.course.source, as_version=4)
    change(notebook)
    nbformat.write(notebook, room.course.source)


def test_a_package_of_checks_beside_the_course_counts_as_a_module_does(graded):
    """Edited deep inside it, the lab is graded again; what nobody imports changes nothing."""
    package = graded.root / "toy_checks"
    package.mkdir()
    (graded.root / "toy_checks.py").rename(package / "inner.py")
    (package / "__init__.py").write_text("from toy_checks.inner import grade\n")
    (graded.root / "notes").mkdir()
    graded.grade(code=1)
    (graded.root / "notes" / "mine.py").write_text("x = 1\n")
    assert "6 unchanged" in graded.grade(code=1)
    with (package / "inner.py").open("a") as file:
        file.write("# stricter\n")
    assert "6 executed" in graded.grade(code=1)
    (package / "inner.py").rename(graded.root / "toy_checks.py")
    shutil.rmtree(package)


def test_other_points_are_given_without_executing_anything(graded, toy):
    graded.grade(code=1)
    before, stored = graded.table(), graded.stored()
    change_source(graded, lambda nb: toy.named(nb, "test-1-1").metadata.nbgrader.update(points=8))
    said = graded.grade(code=1)
    assert "6 stored, 1 ungraded" in said
    assert graded.stored() == stored
    twice = {key: (2 * points, open) for key, (points, open) in before.items() if points and
             key[1] == "test-1-1"}  # fmt: skip
    assert twice and twice.items() <= graded.table().items()
    change_source(graded, lambda nb: toy.named(nb, "test-1-1").metadata.nbgrader.update(points=4))
    graded.grade(code=1)
    assert graded.table() == before


def test_a_typo_corrected_in_the_labs_prose_changes_no_result(graded):
    graded.grade(code=1)
    before, stored = graded.table(), graded.stored()

    def correct(notebook):
        notebook.cells[0].source += "\nA sentence that was missing."

    change_source(graded, correct)
    assert "6 stored, 1 ungraded" in graded.grade(code=1)
    assert (graded.table(), graded.stored()) == (before, stored)


def test_results_of_an_older_version_are_said_to_be_computed_anew(graded):
    graded.grade(code=1)
    (graded.root / "results" / "format.txt").unlink()
    said = " ".join(graded.grade(code=1).split())
    assert "stored results are of an older version of the grader" in said
    assert "older version" not in graded.grade(code=1)


def test_a_configuration_of_the_old_layout_says_in_one_line_what_to_change(graded):
    """In nbgrader's own command too, which would go on without its configuration."""
    config = graded.root / "nbgrader_config.py"
    present = config.read_text("utf-8")
    old = present.replace(
        "from autograder.configuration import configure",
        "from autograder.execute import ExecuteSubmission",
    )
    try:
        config.write_text(old, "utf-8")
        assert "is of an older version of the grader" in graded.grade(code=1)
        done = graded.course.run("autograde", graded.toy.lab, check=False)
        assert done.returncode == 1
        assert "autograder.configuration.configure" in done.stderr
    finally:
        config.write_text(present, "utf-8")


def test_a_locked_gradebook_is_an_error_that_loses_nothing(graded):
    graded.hand_in("ara", 99)
    with sqlite3.connect(graded.root / "gradebook.db") as lock:
        lock.execute("BEGIN EXCLUSIVE")
        said = graded.grade(code=3)
        lock.rollback()
    assert "The gradebook does not work: database is locked" in " ".join(said.split())
    graded.grade("--students", "ara")
    assert graded.table()["ara", "test-1-1"] == FULL


def test_a_store_that_cannot_be_written_is_an_error_that_loses_nothing(graded):
    graded.hand_in("ara", 100)
    stored = graded.root / "results"
    stored.rename(graded.root / "kept")
    stored.write_text("in the way")
    said = graded.grade(code=3)
    assert str(stored) in said.replace("\n", "")
    stored.unlink()
    (graded.root / "kept").rename(stored)
    graded.grade("--students", "ara")


def test_a_second_run_at_the_same_time_is_refused(graded):
    with FileLock(graded.root / "results" / "grade.lock"):
        said = graded.grade(code=2)
    assert "Another `autograder grade` is at work" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lab9_none"], "There is no lab 'lab9_none'; there are: lab1_toy."),
        (["--workers", "0"], "0 is not in the range"),
        (["--scheduler", "tcp://127.0.0.1:9", "--workers", "2"], "leave it out"),
        (["--schedule"], "No such option"),
    ],
)
def test_a_wrong_use_ends_with_2(graded, arguments, told):
    process = graded.start(*arguments)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert told in said


def test_a_folder_that_is_no_course_ends_with_2(graded, tmp_path):
    graded_root, graded.root = graded.root, tmp_path
    try:
        process = graded.start()
        said, _ = process.communicate(timeout=120)
    finally:
        graded.root = graded_root
    assert process.returncode == 2
    assert "is no course" in said
