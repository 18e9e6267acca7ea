"""The scan finds what is planted, wherever it is planted, and nothing in an honest release."""

import json
import zipfile

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.publishing import write_release
from autograder.publishing.leaks import instructor_packages
from autograder.publishing.leaks import scan as scan_for
from kdcourse.course import SUBJECT

PACKAGES = instructor_packages(SUBJECT)


def scan(folder, solutions):
    return scan_for(folder, solutions, PACKAGES)


SOLUTION_LINE = "squared_number = x * x"
SOLUTION = f"    {SOLUTION_LINE}\n    return squared_number"
HIDDEN_LINE = 'grade("1-1", square, hidden_input=11111, hidden_value=123454321)'


@pytest.fixture
def labs(course):
    write_release(course.root / "solutions", course.root / "labs")
    return course.root / "labs"


def kinds(course, folder):
    return {finding.kind for finding in scan(folder, course.root / "solutions")}


def test_an_honest_release_holds_nothing(course, labs):
    assert scan(labs, course.root / "solutions") == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (SOLUTION, "solution"),
        (SOLUTION.replace(" ", "  ").replace("\n", "\r\n"), "solution"),
        ("Because the answer to everything is forty-two.", "solution"),
        (HIDDEN_LINE, "hidden test"),
        ("from toy_checks import grade", "hidden test"),
        ("### BEGIN HIDDEN TESTS", "hidden test"),
    ],
)
@pytest.mark.parametrize("name", ["notes.md", "kdlab/methods.py", "a.txt", "Makefile"])
def test_a_planted_line_is_found_in_any_text(course, labs, line, kind, name):
    file = labs / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"first\n{line}\nlast\n", "utf-8")
    findings = scan(labs, course.root / "solutions")
    assert [(each.file, each.line, each.kind) for each in findings] == [
        (name, 2 + number, kind) for number in range(len(line.split("\n")))
    ]
    assert str(findings[0]) == f"{name}:2: {kind}: {line.splitlines()[0].strip()}"


@pytest.mark.parametrize("place", ["source", "outputs", "metadata"])
def test_a_line_left_anywhere_in_a_notebook_is_found(course, labs, place):
    path = next(labs.glob("*/*.ipynb"))
    notebook = json.loads(path.read_text("utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    if place == "source":
        cell["source"] += ["\n", *SOLUTION.splitlines(True)]
    elif place == "outputs":
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [SOLUTION]}]
    else:
        cell["metadata"]["note"] = {"deep": [1, SOLUTION]}
    path.write_text(json.dumps(notebook), "utf-8")
    assert kinds(course, labs) == {"solution"}


@pytest.mark.parametrize("suffix", [".zip", ".whl"])
def test_archives_are_opened_archives_in_archives_too(course, labs, suffix):
    inner = labs.parent / f"inner{suffix}"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("kdlab/losses.py", f"def square(x):\n{SOLUTION}\n")
    with zipfile.ZipFile(labs / "bundle.zip", "w") as archive:
        archive.write(inner, f"wheels/{inner.name}")
    finding, _ = scan(labs, course.root / "solutions")
    assert finding.file == f"bundle.zip!wheels/inner{suffix}!kdlab/losses.py"
    assert finding.line == 2


def test_an_instructor_notebook_put_in_by_mistake_is_found(course, labs):
    (labs / "b.ipynb").write_bytes(course.source.read_bytes())
    assert kinds(course, labs) == {"solution", "hidden test"}


@pytest.mark.parametrize("file", ["autograder/x.json", "kdcourse/end_to_end/bars/x.json"])
def test_a_file_of_the_instructors_is_found_by_its_place(course, labs, file):
    with zipfile.ZipFile(labs / "kdlab.whl", "w") as archive:
        archive.writestr(file, "{}")
    (finding,) = scan(labs, course.root / "solutions")
    assert (finding.kind, finding.line) == ("grader", 0)


def test_a_file_of_the_grader_is_found_under_another_name(course, labs):
    text = (PACKAGES[0] / "publishing" / "leaks.py").read_text("utf-8")
    (labs / "helper.py").write_text("# renamed\n" + text.replace("    ", "\t"), "utf-8")
    findings = scan(labs, course.root / "solutions")
    assert "most of autograder/publishing/leaks.py" in {finding.text for finding in findings}


def test_hints_and_given_code_are_no_leaks(course, labs, toy):
    given = toy.notebook().cells[3].source
    (labs / "notes.py").write_text(f"{given}\n# multiply x by itself\ndef square(x):\n", "utf-8")
    assert scan(labs, course.root / "solutions") == []


def test_without_solutions_the_scan_refuses_to_say_that_all_is_well(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing to compare with"):
        scan(tmp_path, tmp_path / "solutions")


def test_the_command_fails_with_the_place_of_each_leak(course, labs):
    options = [str(labs), "--solutions", str(course.root / "solutions")]
    assert CliRunner().invoke(main, ["leaks", *options]).exit_code == 0
    (labs / "notes.md").write_text(SOLUTION, "utf-8")
    result = CliRunner().invoke(main, ["leaks", *options])
    assert result.exit_code == 1
    assert f"notes.md:1: solution: {SOLUTION_LINE}" in result.output
    assert "2 leaks" in result.output
