"""The limits in docs/security.md are those in the code."""

import re
from importlib import import_module
from pathlib import Path

import pytest

DOC = Path(__file__).resolve().parents[2] / "docs" / "security.md"
UNITS = {"": 1, "MiB": 2**20, "GiB": 2**30, "s": 1, "KiB": 2**10}
ROW = re.compile(r"\| ([^|]+) \| ([\d,]+) ?(\w*) \| `([\w.]+)` \|")
LIMITS = ROW.findall(DOC.read_text("utf-8").partition("## Limits")[2])


def value_of(name):
    """The constant, or the default of the setting, with a dotted name."""
    module, _, last = name.rpartition(".")
    try:
        found = getattr(import_module(module), last)
    except ModuleNotFoundError:
        module, _, owner = module.rpartition(".")
        found = getattr(getattr(import_module(module), owner), last)
    return getattr(found, "default_value", found)


def test_there_are_limits():
    assert len(LIMITS) >= 20
    rows = DOC.read_text("utf-8").partition("## Limits")[2].partition("\n## ")[0]
    assert rows.count("\n| ") == len(LIMITS) + 1  # and the head


@pytest.mark.parametrize(("what", "number", "unit", "name"), LIMITS, ids=lambda part: part[:30])
def test_each_is_the_one_in_the_code(what, number, unit, name):
    assert int(number.replace(",", "")) * UNITS[unit] == value_of(name), what
