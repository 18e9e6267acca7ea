"""The laws of the four houses, for what imports do not show: names in strings and prose."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUBJECT = re.compile(r"kdlab|kdcourse", re.IGNORECASE)

#: Where the grader and the kit name the subject all the same, and why.
ALLOWED = {
    "autograder/marks/score.py": [
        (r'SCORE_TYPE = "application/vnd.kdlab.score\+json"', "a MIME type, in stored results"),
    ],
    "labkit/wire.py": [(r"application/vnd\.kdlab", "a MIME type")],
    "autograder/sandbox/temporary.py": [(r'f?r?"kdlab-', "the name of a temporary folder")],
    "autograder/subject.py": [(r"``\"?[\w:./*-]*kd(lab|course)|KDLAB_|subject = ", "examples")],
    "autograder/execution/submission.py": [(r'``"kdlab\.end_to_end:train"``', "an example")],
    "autograder/pyproject.toml": [(r'^name = "kdlab-autograder"', "the name of the package")],
}


def files():
    for house in ("autograder", "labkit"):
        for path in sorted((ROOT / house).rglob("*")):
            known = path.suffix in (".py", ".toml", ".json", ".j2", ".ipynb", ".md", ".yml")
            if known and "__pycache__" not in path.parts:
                yield path


def test_neither_the_grader_nor_the_kit_names_a_subject():
    found = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        allowed = [re.compile(pattern) for pattern, _ in ALLOWED.get(name, [])]
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            if SUBJECT.search(line) and not any(each.search(line) for each in allowed):
                found.append(f"{name}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_there(name):
    """An exception that nobody needs any more is none."""
    text = (ROOT / name).read_text("utf-8")
    for pattern, reason in ALLOWED[name]:
        assert re.search(pattern, text, re.MULTILINE), f"{name}: {reason}"


def test_make_lint_holds_the_contracts():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == {"labkit", "kdlab", "autograder", "kdcourse"}
    assert len(contracts["contracts"]) >= 4
    assert "lint-imports" in (ROOT / "Makefile").read_text("utf-8")


def test_the_tree_of_errors_shows_all_of_them():
    """As the code has them, each below what it derives from."""
    classes = re.compile(r"^class (\w+)\((\w+)[,)]", re.MULTILINE)
    found = [
        pair
        for path in (ROOT / "autograder").rglob("*.py")
        for pair in classes.findall(path.read_text("utf-8"))
    ]
    known = {"AutograderError"}
    while more := {name for name, base in found if base in known} - known:
        known |= more
    shown = re.findall(r"[├└]── (\w+)", (ROOT / "autograder" / "errors.py").read_text("utf-8"))
    assert sorted(shown) == sorted(known - {"AutograderError"})
