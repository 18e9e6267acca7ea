"""The wheels of the grader and of the course's hidden half hold every file that git knows."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("package", ["autograder", "kdcourse"])
def test_the_wheel_is_the_package_and_nothing_else(tmp_path, package):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT / package, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [str(Path(name)) for name in archive.namelist()]
    packed = {name for name in names if ".dist-info/" not in name}
    known = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", package],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    there = {name for name in known if (ROOT / name).exists()}
    assert packed == there - {f"{package}/pyproject.toml"}
