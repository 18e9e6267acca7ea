"""The first cell of each notebook: a student has this file alone, and no library of the course."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [
    *sorted((ROOT / "labs").glob("lab*/*.ipynb")),
    *sorted((ROOT / "labs").glob("explore/*/*.ipynb")),
    *sorted((ROOT / "examples").glob("*/labs/*/*.ipynb")),
]
#: Runs a cell where a library is not installed, or as it was long ago, with a pip that ends so.
SCRIPT = """
import importlib.util, json, subprocess, sys, types
library, cell, there, code = json.loads(sys.argv[1])
real, asked = importlib.util.find_spec, []
def find(name):
    if name == library:
        return types.SimpleNamespace(origin=there) if there else None
    return types.SimpleNamespace(origin="") if name in ("safetensors", "tqdm", "filelock") else real(name)
def run(command, **options):
    asked.append(command)
    return subprocess.CompletedProcess(command, code, "", "WARNING: again\\nERROR: no network\\n")
importlib.util.find_spec, subprocess.run = find, run
try:
    exec(compile(cell, "<cell>", "exec"), {})
finally:
    print(json.dumps([command[-1] for command in asked]))
"""  # noqa: E501


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


class Student:
    """Somebody who opens a notebook in a folder of their own and runs its first cell."""

    def __init__(self, notebook, folder):
        self.library = "quantlab" if "examples" in notebook.parts else "kdlab"
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        first = next(each for each in cells if each["cell_type"] == "code")
        cell = "".join(first["source"])
        self.cell = cell[: cell.index("\n\nimport ", cell.index("find_spec"))]
        (file,) = (*ROOT.glob(f"{self.library}/version.py"),
                   *ROOT.glob(f"examples/*/{self.library}/version.py"))  # fmt: skip
        text = file.read_text("utf-8")
        self.version = text.partition('__version__ = "')[2].partition('"')[0]
        self.wheel = f"{self.library}-{self.version}-py3-none-any.whl"
        self.folder = folder / "labs" / "lab"
        depth = "explore" in notebook.parts and "examples" not in notebook.parts
        self.folder = self.folder / "deeper" if depth else self.folder
        self.folder.mkdir(parents=True)
        self.top = folder

    def runs_it(self, installed=None, code=0):
        """What pip was asked for last, and what was said."""
        there = ""
        if installed:
            there = str(self.top / "site" / "__init__.py")
            (self.top / "site").mkdir()
            (self.top / "site" / "version.py").write_text(f'__version__ = "{installed}"\n')
        wanted = json.dumps([self.library, self.cell, there, code])
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, wanted], cwd=self.folder, capture_output=True, text=True
        )
        asked = json.loads(done.stdout)
        assert ("Traceback" in done.stderr) is False, done.stderr
        return (asked or [None])[-1], done.stderr


@pytest.fixture
def student(notebook, tmp_path):
    return Student(notebook, tmp_path)


def test_what_is_there_is_left_alone(student):
    assert student.runs_it(installed=student.version) == (None, "")


def test_what_is_missing_comes_from_the_published_address(student):
    asked, said = student.runs_it()
    assert asked.startswith("https://raw.githubusercontent.com/")
    assert asked.endswith(f"/main/{student.wheel}") and said == ""


def test_an_old_library_is_replaced(student):
    asked, _ = student.runs_it(installed="0.0.9")
    assert asked.endswith(student.wheel)


def test_without_a_network_the_student_is_told_what_to_do(student):
    _, said = student.runs_it(code=1)
    assert "ERROR: no network" in said and "WARNING" not in said
    assert f"download {student.wheel} anew" in said and f"{student.wheel} 파일" in said


def test_the_wheel_beside_the_notebook_is_taken(student):
    (student.folder / student.wheel).write_bytes(b"")
    (student.folder / f"{student.library}-9.9.9-py3-none-any.whl").write_bytes(b"")
    assert student.runs_it()[0] == student.wheel


def test_a_wheel_at_the_top_of_the_bundle_is_taken_and_one_of_another_version_is_not(student):
    (student.top / f"{student.library}-9.9.9-py3-none-any.whl").write_bytes(b"")
    assert student.runs_it()[0].startswith("https://")
    (student.top / student.wheel).write_bytes(b"")
    assert Path(student.folder, student.runs_it()[0]).resolve() == student.top / student.wheel
