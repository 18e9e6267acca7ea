"""The limits in docs/security.md are those in the code."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from autograder import limits

DOC = Path(__file__).resolve().parents[2] / "docs" / "security.md"
UNITS = {"": 1, "MiB": 2**20, "GiB": 2**30, "s": 1, "KiB": 2**10}
ROW = re.compile(r"\| ([^|]+) \| ([\d,]+) ?(\w*) \| `([\w.]+)` \|")
SECTION = DOC.read_text("utf-8").partition("\n## Limits\n")[2].partition("\n## ")[0]
LIMITS = ROW.findall(SECTION)


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
    """And each row of the three tables is one."""
    assert len(LIMITS) >= 50
    assert SECTION.count("\n| ") == len(LIMITS) + SECTION.count("\n| what |")


def test_all_limits_of_files_are_told():
    told = [name for *_, name in LIMITS if name.startswith("autograder.limits.")]
    names = {name.rpartition(".")[2] for name in told}
    assert names == {name for name in vars(limits) if name.isupper() and name != "MIB"}


@pytest.mark.parametrize(("what", "number", "unit", "name"), LIMITS, ids=lambda part: part[:30])
def test_each_is_the_one_in_the_code(what, number, unit, name):
    assert int(number.replace(",", "")) * UNITS[unit] == value_of(name), what
