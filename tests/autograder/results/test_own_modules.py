"""What hidden tests of an instructor's own use decides their results: a module, or a package."""

import pytest

from autograder.errors import GraderError
from autograder.results.own_modules import (
    digest_of_own_modules,
    imported_names,
    own_modules,
    source_of,
)

TESTS = "### BEGIN HIDDEN TESTS\nfrom mychecks.lab1 import grade\ngrade('1-1')\n"


@pytest.fixture
def course(tmp_path):
    """A package of checks beside the course, a module that it uses, and what nobody uses."""
    files = {
        "mychecks/__init__.py": "",
        "mychecks/lab1.py": "import helpers\n",
        "mychecks/data/values.json": "[1, 2]",
        "mychecks/__pycache__/lab1.pyc": "",
        "helpers.py": "import math\n",
        "notes.py": "x = 1\n",
        "nbgrader_config.py": "c.LatePenalty.per_day = 20\n",
        "autograder/checks.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_what_the_tests_import_counts_with_all_that_is_in_it_and_all_that_it_imports(course):
    assert set(own_modules(course, [TESTS], [])) == {
        "mychecks/__init__.py", "mychecks/lab1.py", "mychecks/data/values.json", "helpers.py",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["mychecks/lab1.py", "mychecks/data/values.json", "helpers.py"])
def test_a_change_in_any_of_it_is_noticed(course, name):
    before = digest_of_own_modules(course, [TESTS], [])
    (course / name).write_text("changed = 1\n")
    assert digest_of_own_modules(course, [TESTS], []) != before


@pytest.mark.parametrize("name", ["notes.py", "nbgrader_config.py", "mychecks/__pycache__/x.pyc"])
def test_a_change_elsewhere_is_none(course, name):
    before = digest_of_own_modules(course, [TESTS], [])
    (course / name).write_text("changed = 1\n")
    assert digest_of_own_modules(course, [TESTS], []) == before


def test_without_own_modules_there_is_no_digest(course):
    tests = "from autograder.checks import grade\ngrade('1-1')"
    assert digest_of_own_modules(course, [tests], ["autograder"]) == ""


def test_code_that_cannot_be_read_imports_nothing():
    assert imported_names("%matplotlib inline\nimport x") == set()
    assert imported_names("from a.b import c\nimport d.e") == {"a.b", "a.b.c", "d.e"}


@pytest.mark.parametrize("name", ["no_such", "math", "autograder.no_such"])
def test_a_module_without_source_is_named(name):
    with pytest.raises(GraderError, match=name):
        source_of(name)
