"""Every test that docs/expectations.md names is there, and no number is missing."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [part.strip() for part in line.strip("| \n").split(" | ")]
    for line in (ROOT / "docs" / "expectations.md").read_text("utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
MISSING = {"12", "20"}  # what the table must not claim, and must not hide


def test_all_forty_three_are_there_in_order():
    assert [number for number, *_ in ROWS] == [str(n) for n in range(1, 44)]
    assert all(len(row) == 3 and all(row) for row in ROWS)


def test_what_is_missing_is_said():
    assert {number for number, _, shown in ROWS if shown.startswith("not yet")} == MISSING


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_shows_it_is_there(row):
    number, _, shown = row
    places = re.findall(r"`([\w/]+\.py)::(\w+|\*)`", shown)
    assert places or number in {*MISSING, "42"}, shown
    for path, name in places:
        tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name == "*" or name in tests, f"{path} has no {name}"
