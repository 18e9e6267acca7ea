"""The grader's wheel holds every file of the package that git knows, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_wheel_is_the_package(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT / "autograder", check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [str(Path(name)) for name in archive.namelist()]
    packed = {name for name in names if ".dist-info/" not in name}
    known = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "autograder"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    there = {name for name in known if (ROOT / name).exists()}
    assert packed == there - {"autograder/pyproject.toml"}
