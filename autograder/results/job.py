"""Everything that the result of executing one submission depends on."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder import limits
from autograder.errors import GraderError
from autograder.notebooks import is_graded_code
from labkit.rules import Code

#: What nbgrader writes into a cell's metadata of its points; the checksum is of them too.
_OF_POINTS = ("points", "checksum")
#: Bytes of a submission's files beside its notebook.
LARGEST = limits.BESIDE_BYTES


class JobError(GraderError):
    """A submission that cannot be executed, or not here."""


@dataclass(frozen=True)
class Job:
    """One submission to execute: plain data, the same on every machine.

    Attributes
    ----------
    assignment : str
        Such as ``"lab1_baseline"``.
    notebook : str
        The code cells of the sanitised notebook as JSON, with the hidden tests in the graded ones.
        Prose decides nothing, nor do the points.
    files : mapping of str to str
        The other files of the submission by path, in base64.
    seed, test_seed : int
        Of this submission's hidden inputs, and of the test images. The course's secret itself,
        from which they follow, stays with the gradebook.
    environment : mapping of str to str
        The variables of the course, and of ``labkit``.
    config : mapping
        The settings of the execution by class, as in ``nbgrader_config.py``.
    checks, libraries : str
        Versions, see `autograder.results.versions`.
    device : str
        ``"cpu"`` or ``"gpu"``.
    course : str
        Hash of the course's own modules, which its hidden tests may use.
    data : str
        Mark of data of the user's own, see `autograder.subject.Subject.data_mark`.
    subject : str
        Dotted name of the course's `autograder.subject.Subject`.
    """

    assignment: str
    notebook: str
    files: Mapping[str, str]
    seed: int
    test_seed: int
    environment: Mapping[str, str]
    config: Mapping[str, Mapping[str, Any]]
    checks: str
    libraries: str
    device: str
    course: str = ""
    data: str = ""
    subject: str = ""

    @property
    def about(self) -> dict[str, str]:
        """A hash, or the text itself, for each thing that decides the result."""
        # The number of threads changes with the number of workers, and no result with it.
        environment = {n: v for n, v in self.environment.items() if not n.endswith("NUM_THREADS")}
        return {
            "notebook": _digest(self.notebook),
            "files": _digest(_canonical(self.files)),
            "seeds": _digest(f"{self.seed} {self.test_seed}"),
            "settings": _canonical(environment),
            "limits": _canonical(self.config),
            "checks": self.checks,
            "libraries": self.libraries,
            "device": self.device,
            "course": self.course,
            "data": self.data,
        }

    @property
    def key(self) -> str:
        """Hash of all that decides the result."""
        return _digest(_canonical(self.about))

    def read_notebook(self) -> NotebookNode:
        """The notebook to execute."""
        notebook: NotebookNode = nbformat.from_dict(json.loads(self.notebook))
        return notebook

    def code(self, before: int) -> Code:
        """The source of the submission up to one of its cells, and of the files beside it."""
        notebook = self.read_notebook()
        cells = [str(c.source) for c in notebook.cells[:before] if not is_graded_code(c)]
        files = {
            name: base64.b64decode(content).decode("utf-8", "replace")
            for name, content in self.files.items()
            if name.endswith(".py")
        }
        written_with = notebook.metadata.get("language_info", {}).get("version", "")
        return Code(tuple(cells), files, str(written_with))

    def lay_out(self, folder: Path) -> None:
        """Write the submission's other files into an empty folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(content))

    def to_bytes(self) -> bytes:
        """The job for another machine."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """The job that these bytes hold."""
        return cls(**json.loads(data))


def code_text(notebook: NotebookNode) -> str:
    """A notebook's code cells as JSON, the same for the same content.

    Cell ids and old outputs do not count, and neither do the points: they are the notebook's to
    say, and are given for shares that are stored without. In graded cells, comments do not count.
    """
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "source": _code(cell),
            "metadata": _without_points(cell.metadata),
            "outputs": [],
            "execution_count": None,
            "id": f"cell-{number}",
        }
        for number, cell in enumerate(code_cells(notebook))
    ]
    return _canonical(
        {"cells": cells, "metadata": notebook.metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are executed, in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _code(cell: NotebookNode) -> str:
    """What a cell does; the comment in a graded cell often says its points."""
    source = str(cell.source)
    if not is_graded_code(cell):
        return source
    try:
        return ast.unparse(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        return source


def _without_points(metadata: Mapping[str, Any]) -> dict[str, Any]:
    grading = metadata.get("nbgrader")
    if not isinstance(grading, Mapping):
        return dict(metadata)
    return {**metadata, "nbgrader": {n: v for n, v in grading.items() if n not in _OF_POINTS}}


def files_beside(folder: Path, notebook: str) -> dict[str, str]:
    """The ordinary files in a submission's folder, but for its notebook, in base64.

    Raises
    ------
    JobError
        If they are larger together than `LARGEST`.
    """
    files, total = {}, 0
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            inside = path.relative_to(folder).as_posix()
            facts = path.lstat()
            if inside == notebook or not stat.S_ISREG(facts.st_mode):
                continue
            total += facts.st_size
            if total > LARGEST:
                raise JobError(
                    f"the files beside {notebook} have more than {LARGEST / 2**20:.0f} MiB;"
                    f" {inside} is too much. Remove what the notebook does not need"
                )
            files[inside] = base64.b64encode(path.read_bytes()).decode()
    return files


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=True, default=repr)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
