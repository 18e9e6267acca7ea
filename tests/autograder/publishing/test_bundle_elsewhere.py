"""The bundle of a course that is no part of this repository: it has no labkit in its folder."""

import zipfile

import pytest

from autograder.publishing.bundle import BundleError, build_wheel
from autograder.subject import Subject

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "toylab"
version = "1.2.3"
[tool.hatch.build.targets.wheel]
packages = [{packages}]
"""


def build(root, packages):
    """The names in the wheel of a library beside which there is nothing else."""
    (root / "toylab").mkdir()
    (root / "toylab" / "__init__.py").write_text("")
    (root / "pyproject.toml").write_text(PYPROJECT.format(packages=packages))
    wheel = build_wheel(root, root, Subject(labs={}, library="toylab"))
    assert {path.name for path in root.iterdir()} == {"pyproject.toml", "toylab", wheel.name}
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.slow
def test_the_wheel_has_labkit_also_where_it_lies_elsewhere(tmp_path):
    names = build(tmp_path, '"toylab", "labkit"')
    assert {"toylab/__init__.py", "labkit/answer.py", "labkit/judge/sheet.py"} < names


@pytest.mark.slow
def test_a_wheel_in_which_a_package_is_missing_is_refused(tmp_path):
    with pytest.raises(BundleError, match=r"lacks labkit.*must list"):
        build(tmp_path, '"toylab"')
