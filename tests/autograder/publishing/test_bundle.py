"""What students get: complete, readable, and nothing of the instructor's."""

# Longer than 250 lines: the toy project beside the walk on the real course.

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.cli import main
from autograder.publishing import bundle, explore, write_release
from autograder.publishing.bundle import BundleError, build_wheel, make_bundle, pack
from autograder.publishing.bundle_texts import environment, readme, requirements, workflow
from autograder.publishing.leaks import instructor_packages, scan
from kdcourse.course import SUBJECT

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "kdcourse" / "bundle_files"
SECRET = "    return 40 + 2  # the answer to everything"
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "kdlab"
version = "1.2.3"
requires-python = ">=3.10"
dependencies = ["torch>=2.2"]
[tool.hatch.build.targets.wheel]
packages = ["kdlab", "labkit"]
[tool.autograder]
subject = "kdcourse.course:SUBJECT"
[tool.kdlab]
repository = "{owner}/labs-of-2026"
branch = "main"
"""


def add_explore_notebook(root):
    """A notebook without exercises, in labs/ as if it had been executed."""
    for folder in ("solutions", "labs"):
        (root / folder / "explore" / "walk").mkdir(parents=True)
    source = root / "solutions" / "explore" / "walk" / "walk.ipynb"
    cells = [new_markdown_cell("# 산책 Walk", id="title"), new_code_cell("print(1)", id="code")]
    nbformat.write(new_notebook(cells=cells), source)
    student = explore.student_version(source, "both")
    student.cells[1].outputs = [new_output("stream", text="1\n")]
    nbformat.write(student, root / "labs" / "explore" / "walk" / "walk.ipynb")


def nbgrader(name, **more):
    return {"nbgrader": {"grade_id": name, "schema_version": 3, "locked": False, **more}}


def write_project(root, owner="university"):
    """A project with one lab of one exercise, released."""
    cells = [
        new_markdown_cell("# 실습 Lab"),
        new_code_cell('LANGUAGE = "both"'),
        new_code_cell(
            f"def answer():\n    ##### YOUR CODE STARTS HERE #####\n{SECRET}\n"
            "    ##### YOUR CODE ENDS HERE #####",
            metadata=nbgrader("1-1", solution=True, grade=False, cell_type="code"),
        ),
        new_code_cell(
            "# 1-1\n### BEGIN HIDDEN TESTS\nfrom autograder.checks import grade\ngrade('1-1')\n"
            "### END HIDDEN TESTS",
            metadata=nbgrader("test-1-1", solution=False, grade=True, points=1, cell_type="code"),
        ),
    ]
    folder = root / "solutions" / "toy"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), folder / "toy.ipynb")
    (root / "pyproject.toml").write_text(PYPROJECT.format(owner=owner))
    (root / "LICENSE").write_text("Take it.\n")
    for package in ("kdlab", "labkit"):
        (root / package).mkdir()
        (root / package / "__init__.py").write_text("")
    write_release(root / "solutions", root / "labs")
    return root


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path / "project")


@pytest.fixture
def quick_wheel(monkeypatch):
    """Building takes seconds and is tested once."""

    def build(root, target, subject):
        wheel = target / "kdlab-1.2.3-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path in sorted((root / "kdlab").rglob("*.py")):
                archive.write(path, path.relative_to(root))
        return wheel

    monkeypatch.setattr(bundle, "build_wheel", build)


def members(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


EXPECTED = {
    ".github/workflows/notebooks.yml",
    "requirements.txt",
    "README.md",
    "LICENSE",
    "environment.yml",
    "kdlab-1.2.3-py3-none-any.whl",
    "labs/toy/toy.ipynb",
}


def test_the_bundle_holds_what_students_may_have(project, tmp_path, quick_wheel):
    (project / "labs" / "toy" / ".ipynb_checkpoints").mkdir()
    (project / "labs" / "toy" / ".ipynb_checkpoints" / "old.ipynb").write_text("{}")
    folder, archive = make_bundle(project, tmp_path / "dist")
    assert members(folder) == EXPECTED
    with zipfile.ZipFile(archive) as packed:
        assert set(packed.namelist()) == {f"labs-of-2026/{name}" for name in EXPECTED}
    assert members(tmp_path / "dist") == {f"bundle/{name}" for name in EXPECTED} | {archive.name}


def test_a_course_may_have_no_licence(project, tmp_path, quick_wheel):
    (project / "LICENSE").unlink()
    assert members(make_bundle(project, tmp_path / "dist")[0]) == EXPECTED - {"LICENSE"}


def test_making_it_again_replaces_it(project, tmp_path, quick_wheel):
    folder, _ = make_bundle(project, tmp_path / "dist")
    (folder / "stray.txt").write_text("from last time")
    assert members(make_bundle(project, tmp_path / "dist")[0]) == EXPECTED


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("labs/toy/notes.txt", SECRET),
        ("labs/toy/copy.py", "from autograder.checks import grade\ngrade('1-1')"),
        ("labs/toy/autograder/anything.txt", "nothing"),
        ("labs/toy/kdcourse/anything.txt", "nothing"),
        ("kdlab/answers.py", f"def answer():\n{SECRET}"),
    ],
    ids=["solution", "hidden test", "of the grader", "of the course", "in the wheel"],
)
def test_a_planted_leak_is_refused_and_nothing_is_left(project, tmp_path, quick_wheel, place, text):
    target = project / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    with pytest.raises(BundleError, match="refused"):
        make_bundle(project, tmp_path / "dist")
    assert members(tmp_path / "dist") == set()


def test_a_leak_does_not_touch_the_bundle_of_yesterday(project, tmp_path, quick_wheel):
    make_bundle(project, tmp_path / "dist")
    (project / "labs" / "toy" / "notes.txt").write_text(SECRET)
    with pytest.raises(BundleError, match=r"labs/toy/notes\.txt:1"):
        make_bundle(project, tmp_path / "dist")
    assert members(tmp_path / "dist" / "bundle") == EXPECTED


def test_labs_that_have_fallen_behind_are_refused(project, tmp_path, quick_wheel):
    path = project / "labs" / "toy" / "toy.ipynb"
    path.write_text(path.read_text("utf-8").replace("# 실습 Lab", "# 옛날 실습 Lab"), "utf-8")
    with pytest.raises(BundleError, match="make release"):
        make_bundle(project, tmp_path / "dist")


def test_explore_notebooks_come_with_their_outputs(project, tmp_path, quick_wheel):
    add_explore_notebook(project)
    folder, _ = make_bundle(project, tmp_path / "dist")
    assert members(folder) == EXPECTED | {"labs/explore/walk/walk.ipynb"}
    text = (folder / "labs/explore/walk/walk.ipynb").read_text("utf-8")
    assert nbformat.reads(text, as_version=4).cells[1].outputs[0].text == "1\n"
    assert "blob/main/labs/explore/walk/walk.ipynb" in (folder / "README.md").read_text("utf-8")


def test_explore_notebooks_that_have_fallen_behind_are_refused(project, tmp_path, quick_wheel):
    add_explore_notebook(project)
    path = project / "solutions/explore/walk/walk.ipynb"
    path.write_text(path.read_text("utf-8").replace("print(1)", "print(2)"), "utf-8")
    with pytest.raises(BundleError, match="make release"):
        make_bundle(project, tmp_path / "dist")


def test_without_labs_it_says_what_to_do(project, tmp_path):
    shutil.rmtree(project / "labs")
    with pytest.raises(BundleError, match="make release"):
        make_bundle(project, tmp_path / "dist")


@pytest.mark.parametrize("owner", ["university", "YOUR_ORGANISATION"])
def test_the_command_warns_of_the_placeholder(tmp_path, monkeypatch, quick_wheel, owner):
    monkeypatch.chdir(write_project(tmp_path / "project", owner))
    done = CliRunner().invoke(main, ["bundle"])
    assert done.exit_code == 0, done.output
    assert ("pyproject.toml says repository" in done.output) == (owner == "YOUR_ORGANISATION")


def test_the_command_fails_with_the_leak(project, monkeypatch, quick_wheel):
    (project / "labs" / "toy" / "notes.txt").write_text(SECRET)
    monkeypatch.chdir(project)
    done = CliRunner().invoke(main, ["bundle"])
    assert done.exit_code == 1 and "answer to everything" in done.output


def test_the_same_files_give_the_same_zip(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("text")
    for name in ("one.zip", "two.zip"):
        pack(tmp_path / "a", tmp_path / name, "top")
        (tmp_path / "a" / "file").touch()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_readme_has_a_badge_for_each_notebook_and_fits_the_wheel():
    text = readme(TEMPLATES, ["lab1_x", "explore/y"], "kdlab-1.whl", "university/labs", "main")
    assert "github/university/labs/blob/main/labs/lab1_x/lab1_x.ipynb" in text
    assert "github/university/labs/blob/main/labs/explore/y/y.ipynb" in text
    assert "./kdlab-1.whl" in text and "{" not in text


def test_the_environment_is_for_students():
    found = yaml.safe_load(environment(TEMPLATES, ["torch>=2.2"], "kdlab-1.whl"))
    assert found["dependencies"][-1]["pip"] == ["torch>=2.2", "jupyterlab>=4.2", "./kdlab-1.whl"]
    assert "nbgrader" not in str(found)


def test_pip_gets_the_same():
    found = requirements(["torch>=2.2"], "kdlab-1.whl").splitlines()
    assert found == ["torch>=2.2", "jupyterlab>=4.2", "./kdlab-1.whl"]


@pytest.mark.parametrize("variables", [{}, {"KDLAB_PROFILE": "grading"}])
def test_the_repository_of_the_bundle_runs_its_notebooks(variables):
    found = yaml.safe_load(workflow(["lab1_x", "lab2_y"], variables))
    *_, install, run = found["jobs"]["run"]["steps"]
    assert install["run"] == "pip install -r requirements.txt"
    assert run["run"] == "jupyter execute labs/lab1_x/lab1_x.ipynb labs/lab2_y/lab2_y.ipynb"
    assert run.get("env", {}) == variables


def test_nothing_that_is_published_passes_for_a_leak():
    """What `make bundle` puts together: the student notebooks, and the package in the wheel."""
    packages = instructor_packages(SUBJECT)
    for folder in ("labs", *SUBJECT.packages):
        assert [str(found) for found in scan(ROOT / folder, ROOT / "solutions", packages)] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_command_of_the_readme_makes_the_bundle_of_this_course(tmp_path):
    """`make bundle`, on this repository; the environment is the one that runs the tests."""
    command = ["make", "bundle", f"DIST={tmp_path}", f"PY={sys.executable}"]
    done = subprocess.run(
        [*command, "--assume-old=.venv/.installed"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    labs = {path.name for path in (ROOT / "labs").glob("lab*")}
    assert {path.name for path in (tmp_path / "bundle" / "labs").glob("lab*")} == labs
    (archive,) = tmp_path.glob("*.zip")
    assert f"{archive.stem}/README.md" in zipfile.ZipFile(archive).namelist()
    assert "pyproject.toml says repository" in done.stdout  # where the address goes
    publish(tmp_path)


def publish(folder):
    """The lines of the README after `make bundle`, with a repository of this machine's own."""
    readme_lines = (ROOT / "README.md").read_text("utf-8").split("\n")
    first = readme_lines.index("    make bundle && cd dist/bundle")
    lines = [line.strip() for line in readme_lines[first + 1 : first + 3]]
    here = folder / "published.git"
    subprocess.run(["git", "init", "--bare", "-b", "main", here], check=True, capture_output=True)
    address = re.search(r"https://\S+", lines[1])[0]
    who = {f"GIT_{whose}_{what}": "x@x" for whose in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    subprocess.run(
        ["bash", "-ec", "\n".join(lines).replace(address, str(here))],
        cwd=folder / "bundle", env={**os.environ, **who}, check=True, capture_output=True,
    )  # fmt: skip
    listed = ["git", "ls-tree", "-r", "--name-only", "main"]
    there = subprocess.run(listed, cwd=here, text=True, capture_output=True).stdout.splitlines()
    assert set(there) == {each for each in members(folder / "bundle") if each[:5] != ".git/"}
    assert ".github/workflows/notebooks.yml" in there and "requirements.txt" in there


@pytest.mark.slow
def test_the_wheel_holds_what_students_get_alone(tmp_path):
    wheel = build_wheel(ROOT, tmp_path, SUBJECT)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {"kdlab/training.py", "labkit/answer.py", "labkit/judge/sheet.py"} < set(names)
    assert {f"kdlab/public/{lab}.json" for lab in SUBJECT.labs} < set(names)
    assert [n for n in names if not n.startswith(("kdlab/", "labkit/", "kdlab-"))] == []
    assert sum(name.endswith(".safetensors") for name in names) <= 1
    assert wheel.stat().st_size < 4 * 2**20


@pytest.mark.slow
def test_a_wheel_that_cannot_be_built_is_an_error(project, tmp_path):
    (project / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    with pytest.raises(BundleError, match="cannot be built"):
        build_wheel(project, tmp_path, SUBJECT)
