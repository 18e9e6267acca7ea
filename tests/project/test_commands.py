"""The Makefile, CI and the documents tell the same story."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "data/*.md", "kdlab/**/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
)
PROMISED = {
    *("setup", "demo", "test", "release", "bundle", "lab"),
    *("grade", "bench", "teachers", "checks", "help"),
}
LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments, **options):
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, **options
    )


def documented_targets():
    text = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))


def test_the_promised_targets_exist():
    assert documented_targets() >= PROMISED


@needs_make
def test_plain_make_lists_every_target():
    listed = make().stdout
    assert [target for target in documented_targets() if f"  {target} " not in listed] == []


@needs_make
def test_a_missing_python_is_said_in_words(tmp_path):
    done = make("setup", "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "3.11 or later" in done.stderr and "no-such-python" in done.stderr


@needs_make
@pytest.mark.parametrize("name", ["LANGUAGE", "PYTHON"])
def test_the_environment_does_not_choose(monkeypatch, name):
    """gettext's LANGUAGE=en_US:en, for one, is not meant for us."""
    monkeypatch.setenv(name, "nonsense")
    assert "nonsense" not in make("--dry-run", "release", "--assume-new=pyproject.toml").stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_point_at_what_exists(path):
    text = path.read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []
    targets = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.MULTILINE))
    assert targets <= documented_targets()


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_badges_agree_with_the_address(name):
    address = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["kdlab"]
    text = (ROOT / name).read_text("utf-8")
    wanted = {
        "https://colab.research.google.com/github/{repository}/blob/{branch}/labs".format(**address)
        + f"/{lab}/{lab}.ipynb"
        for lab in LABS
    }
    assert set(re.findall(r"https://colab\.research\.google\.com/github/[^)\s]+", text)) == wanted
    assert f"https://github.com/{address['repository']}/issues" in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_documents_name_are_there(path):
    """``tests/x.py``, ``autograder/y/``, ``kdlab/z.json``: a promise stands beside its test."""
    houses = "tests|autograder|kdlab|labkit|kdcourse|solutions|labs|bench|examples|docs"
    named = re.findall(rf"`((?:{houses})/[\w./-]*)`", path.read_text("utf-8"))
    made_later = {"kdcourse/lab5/"}  # an example
    if path.name == "own-course.md":  # it makes a course elsewhere: see test_own_course.py
        made_later |= {"labs/lab1/lab1.ipynb", "solutions/lab1/lab1.ipynb"}
    assert {name for name in named if not (ROOT / name).exists()} <= made_later


def test_settings_in_the_code_are_documented_and_the_other_way_round():
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("labkit", "kdlab", "autograder", "kdcourse")
        for path in (ROOT / folder).rglob("*.py")
    )
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    variable = re.compile(r"\b(?:KDLAB|LABKIT|AUTOGRADER)_[A-Z]+(?:_[A-Z]+)*\b")
    internal = {"AUTOGRADER_ZYGOTE"}  # set by the grader for its own processes
    assert set(variable.findall(page)) == set(variable.findall(code)) - internal


@pytest.fixture(scope="module")
def workflow():
    # YAML 1.1 reads the key `on` as true.
    return yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))


def test_github_runs_the_same_on_the_default_branch(workflow):
    branch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["kdlab"]["branch"]
    assert workflow[True]["push"]["branches"] == [branch]
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(".ci/run" in step for step in steps)


def test_github_may_only_read_and_its_actions_are_pinned(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job and job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))


def test_ci_is_a_shell_script_that_ends_with_make_test():
    path = ROOT / ".ci/run"
    assert subprocess.run(["bash", "-n", str(path)], capture_output=True).returncode == 0
    assert path.read_text("utf-8").rstrip().endswith("make test")
