"""What holds for every test, so that none decides what another one sees."""

import ast
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
#: Settings of the library that are there to be set, and what a test itself wants replaced.
SETTINGS = {
    ("tempfile", "tempdir"),
    ("sys", "meta_path"),
    ("threading", "excepthook"),
    ("subprocess", "__init__"),  # put back after what is tested has replaced it
}


def replaced(tree: ast.Module) -> list[tuple[str, str, int]]:
    """Attributes of the standard library's modules that ``setattr`` replaces for everybody."""
    found = []
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr != "setattr" or len(call.args) < 2:
            continue
        target, name = call.args[:2]
        words = (
            f"{target.value}".split(".")
            if isinstance(target, ast.Constant)
            else [*ast.unparse(target).split("."), getattr(name, "value", "?")]
        )
        library = [word for word in words[:-1] if word in sys.stdlib_module_names]
        if library:
            found.append((library[-1], words[-1], call.lineno))
    return found


@pytest.mark.parametrize(
    ("source", "attribute"),
    [
        ('m.setattr(backends.subprocess, "run", f)', "run"),
        ('m.setattr(time, "sleep", f)', "sleep"),
        ('m.setattr("autograder.grade.pool.time.monotonic", f)', "monotonic"),
    ],
)
def test_what_is_replaced_for_everybody_is_found(source, attribute):
    assert [name for _, name, _ in replaced(ast.parse(source))] == [attribute]


def test_no_test_replaces_the_standard_library_for_everybody():
    """``stand_in`` replaces it for one module: others may ask the library in the meantime."""
    wrong = [
        f"{path.relative_to(TESTS)}:{line}: {library}.{name}"
        for path in sorted(TESTS.rglob("*.py"))
        for library, name, line in replaced(ast.parse(path.read_text("utf-8")))
        if (library, name) not in SETTINGS
    ]
    assert wrong == []
