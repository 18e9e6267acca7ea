"""A course whose gradebook is in PostgreSQL, on a real server that the test starts for itself."""

import csv
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql")]

_ACCOUNT = "nobody"  # a server refuses to run as root


def programs():
    """The folder of the server's programs; skips where there is none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    elsewhere = shutil.which("pg_ctl")  # which looks for its server beside itself
    folders += [Path(elsewhere).resolve().parent] if elsewhere and not folders else []
    if not folders:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Without libpq the driver is there and cannot be imported.
    pytest.importorskip("psycopg", reason="no driver psycopg that works", exc_type=ImportError)
    return max(folders, key=lambda path: (len(path.parent.name), path.parent.name))


@pytest.fixture(scope="module")
def database():
    """The address of an empty database; reached by a socket in a temporary folder alone."""
    where = programs()
    folder = Path(tempfile.mkdtemp(prefix="kdpg", dir="/tmp"))
    account = {}
    if os.getuid() == 0:
        entry = pwd.getpwnam(_ACCOUNT)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    options = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}, **account}
    server = None
    try:
        subprocess.run(
            [where / "initdb", "-D", folder / "data", "-U", "grader", "--auth=trust", "-E", "UTF8",
             "--no-locale", "--no-sync"],
            check=True, capture_output=True, text=True, **options,
        )  # fmt: skip
        with open(folder.with_suffix(".log"), "w") as log:
            server = subprocess.Popen(
                [where / "postgres", "-D", folder / "data", "-k", folder, "-h", "", "-F"],
                stdout=log, stderr=subprocess.STDOUT, **options,
            )  # fmt: skip
        wait_for(where, folder, server)
        subprocess.run([where / "createdb", "-h", folder, "-U", "grader", "gradebook"], check=True)
        yield f"postgresql+psycopg:///gradebook?host={folder}&user=grader"
    finally:
        if server:
            server.terminate()
            server.wait(60)
        shutil.rmtree(folder)
        folder.with_suffix(".log").unlink(missing_ok=True)


def wait_for(where, folder, server, seconds=60):
    """Until the server takes connections."""
    deadline = time.monotonic() + seconds
    while subprocess.run([where / "pg_isready", "-q", "-h", folder]).returncode != 0:
        said = folder.with_suffix(".log").read_text()
        assert server.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


@pytest.fixture(scope="module")
def graded(database, make_course, toy, tmp_path_factory):
    """A course graded there: one right, one wrong, one that is no notebook."""
    course = make_course(tmp_path_factory.mktemp("postgresql"))
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {database!r}\n")
    course.database = database
    course.run("generate_assignment", toy.lab)
    course.submit("김민아", course.solved())
    wrong = course.solved()
    toy.named(wrong, "1-1").source = "def square(x):\n    return x + x"
    course.submit("jun", wrong)
    course.submit("broken", b"{")
    done = course.run("autograde", toy.lab, check=False)
    assert done.returncode == 1
    assert "need a person: broken" in done.stderr
    return course


def grades(course, toy):
    """Automatic score and whether it waits, by student, of the graded code cell."""
    with Gradebook(course.database) as gradebook:
        return {
            student: (grade.auto_score, grade.needs_manual_grade)
            for student in ("김민아", "jun", "broken")
            for grade in [gradebook.find_grade("test-1-1", toy.lab, toy.lab, student)]
        }


def test_the_grades_are_in_the_server_and_no_file_is_made(graded, toy):
    assert grades(graded, toy) == {"김민아": (4, False), "jun": (1, False), "broken": (None, True)}
    assert not list(graded.root.rglob("*.db"))


def test_grading_again_leaves_alone_what_did_not_change(graded, toy):
    done = graded.run("autograde", toy.lab, check=False)
    assert done.returncode == 1  # the one that is no notebook still needs a person
    assert "did not change since they were graded" in done.stderr
    assert grades(graded, toy)["jun"] == (1, False)
    graded.submit("jun", graded.solved())
    graded.run("autograde", toy.lab, check=False)
    assert grades(graded, toy)["jun"] == (4, False)


@pytest.mark.parametrize("exporter", ["CsvExport", "ExerciseExport", "CanvasExport",
                                      "MoodleExport"])  # fmt: skip
def test_the_stock_command_exports(graded, toy, exporter):
    target = graded.root / f"{exporter}.csv"
    graded.run("export", f"--exporter=autograder.exchange.{exporter}", f"--to={target}")
    with open(target, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert [row for row in rows if "김민아" in row]


def test_feedback_is_written(graded, toy):
    graded.run("generate_feedback", toy.lab, "--student=김민아")
    assert (graded.root / "feedback" / "김민아" / toy.lab / f"{toy.lab}.html").exists()


def run_own(course, command, exit_code=0):
    """Run one of our own commands, which must end with this exit code."""
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(course.root)])
    done = subprocess.run(
        [sys.executable, "-m", "autograder", command], cwd=course.root, capture_output=True,
        text=True, timeout=600, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_our_own_commands_work_on_it(graded):
    run_own(graded, "grade", exit_code=1)  # the one that is no notebook still needs a person
    run_own(graded, "penalties")


def test_a_report_of_it_names_who_needs_a_person(graded):
    run_own(graded, "report")
    page = (graded.root / "report.html").read_text("utf-8")
    assert "broken" in page
    assert "김민아" in page
