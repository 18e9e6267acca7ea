"""What docs/grading.md says of packages is what is installed, and what stands in."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from labkit.guest.packages import SHOWS_ONLY

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs/grading.md").read_text("utf-8")


def named(row):
    """The packages that a row of the table names, in its first column."""
    line = next(line for line in DOCS.splitlines() if line.startswith(row))
    return re.findall(r"`(?:import )?(\w+)`", line.split("|")[1])


def test_what_is_there_when_grading_is_installed_with_the_course():
    tables = [
        tomllib.loads((ROOT / name).read_text("utf-8"))["project"]["dependencies"]
        for name in ("kdcourse/pyproject.toml", "pyproject.toml")
    ]
    installed = {re.split(r"\W", line)[0] for table in tables for line in table}
    assert installed >= set(named("| `import einops`"))


@pytest.mark.parametrize("package", named("| `import einops`"))
def test_it_can_be_imported(package):
    if find_spec(package) is None:
        pytest.skip(f"{package} came after this environment: make setup")


def test_what_only_shows_has_a_stand_in():
    assert set(named("| `import wandb`")) <= SHOWS_ONLY
