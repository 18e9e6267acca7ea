"""A change of the checks is noticed, and leaves the other labs' results alone."""

import ast
import shutil
from pathlib import Path

import pytest

import autograder
from autograder.results import versions

LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the packages that may be changed."""
    grader = tmp_path / "autograder"
    shutil.copytree(Path(autograder.__file__).parent, grader)
    monkeypatch.setattr(versions.autograder, "__file__", str(grader / "__init__.py"))
    versions.checks_version.cache_clear()
    yield grader
    versions.checks_version.cache_clear()


def all_versions():
    versions.checks_version.cache_clear()
    return [versions.checks_version(lab) for lab in LABS]


def test_changing_one_labs_checks_changes_that_labs_version_alone(sources):
    before = all_versions()
    with (sources / "checks" / "lab3_plans.py").open("a") as file:
        file.write("# changed\n")
    same = [a == b for a, b in zip(before, all_versions(), strict=True)]
    assert same == [True, True, False, True]


@pytest.mark.parametrize("name", ["bridge.py", "checks/x.json", "sandbox/x/y.py", "repair/z.py"])
def test_what_all_labs_use_changes_all_versions(sources, name):
    before = all_versions()
    path = sources / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write("# changed\n")
    assert not set(before) & set(all_versions())


@pytest.mark.parametrize("name", ["report/page.py", "grade/show.py", "demo/course.py"])
def test_what_decides_no_result_changes_no_version(sources, name):
    before = all_versions()
    path = sources / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write("# changed\n")
    assert all_versions() == before


#: What neither executes nor judges a submission.
_ELSE = {
    "__init__", "__main__", "address", "bundle", "bundle_files", "bundle_texts", "classrun", "cli",
    "course", "demo", "errors", "exchange", "explore", "feedback", "grade", "leaks", "outputs",
    "penalties", "release", "report", "submissions", "temporary",
}  # fmt: skip


def test_every_module_counts_or_is_known_not_to():
    folder = Path(autograder.__file__).parent
    there = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    counted = {Path(name).stem for name in versions._GRADER}
    assert there - {"__pycache__"} == counted | _ELSE


def test_no_labs_checks_use_another_labs():
    folder = Path(autograder.__file__).parent / "checks"
    for path in folder.rglob("lab*.py"):
        own = path.name[:4]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                last = node.module.rpartition(".")[2]
                assert not last.startswith("lab") or last[:4] == own, f"{path.name}: {node.module}"


def test_the_libraries_are_named_with_their_versions():
    assert "torch " in versions.libraries()
    assert versions.libraries().startswith("python 3.")


def test_it_can_be_told_without_loading_torch(run_python):
    code = "import sys; from autograder.results.versions import *; checks_version('lab1_x');"
    assert run_python(code + "print('torch' in sys.modules)") == "False"
