"""A working folder in which an instructor's commands are run."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from rich.console import Console

from autograder.demo.students import Item
from autograder.errors import GraderError
from autograder.notebooks import grade_id, is_solution, nbgrader, read_notebook

#: What a course needs beside its notebooks.
COURSE_FILES = ("nbgrader_config.py", "pyproject.toml")


class Course:
    """A working folder with the instructor's notebooks, and the commands that are run in it."""

    def __init__(self, folder: Path, project: Path, console: Console) -> None:
        self.folder, self.console = folder, console
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in COURSE_FILES:
            shutil.copyfile(project / name, folder / name)
        shutil.copytree(
            project / "solutions",
            folder / "solutions",
            ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
        )

    @property
    def database(self) -> str:
        """Where nbgrader keeps the grades."""
        return f"sqlite:///{(self.folder / 'gradebook.db').resolve()}"

    def nbgrader(self, command: str, lab: str) -> None:
        """Run a stock command for one lab."""
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, lab],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - started
        self.console.print(f"  nbgrader {command} {lab}  [dim]{seconds:.0f} s[/dim]")
        if done.returncode:
            lines = (done.stdout + done.stderr).strip().split("\n")
            raise GraderError(f"nbgrader {command} {lab} failed:\n" + "\n".join(lines[-30:]))

    def items(self, lab: str) -> list[Item]:
        """What earns points in a lab, in the notebook's order."""
        found = []
        for cell in read_notebook(self._notebook("solutions", lab)).cells:
            if nbgrader(cell).get("grade"):
                name = grade_id(cell) or ""
                points = float(nbgrader(cell)["points"])
                short = name.removeprefix("test-")
                found.append(Item(lab, name, short, points, is_solution(cell)))
        return found

    def hand_in(self, lab: str, student: str, answers: Mapping[str, str | None]) -> None:
        """Fill the released notebook as `student` would, and put it where downloads lie, zipped."""
        notebook = fill(read_notebook(self._notebook("labs", lab)), answers)
        archive = self.folder / "downloaded" / lab / "archive"
        archive.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive / f"{student}.zip", "w") as file:
            file.writestr(f"{student}_{lab}.ipynb", json.dumps(notebook))

    def solutions(self, lab: str) -> dict[str, str]:
        """The text of every cell that students write, as the instructor wrote it."""
        cells = read_notebook(self._notebook("solutions", lab)).cells
        return {grade_id(cell) or "": cell.source for cell in cells if is_solution(cell)}

    def _notebook(self, step: str, lab: str) -> Path:
        return self.folder / step / lab / f"{lab}.ipynb"


def fill(notebook: NotebookNode, answers: Mapping[str, str | None]) -> NotebookNode:
    """A copy with these answers in its cells; None, or no answer, leaves a cell as released."""
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        answer = answers.get(grade_id(cell) or "")
        if answer is not None:
            cell.source = answer
    return filled
