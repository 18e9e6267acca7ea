"""Everything that the result of executing one submission depends on."""

from __future__ import annotations

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

from autograder.errors import GraderError

_CONFIG = "nbgrader_config.py"  # what of it decides a result stands in the settings
#: Bytes of a submission's files beside its notebook.
LARGEST = 64 * 2**20


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
        The sanitised notebook as JSON, with the hidden tests in its graded cells.
    files : mapping of str to str
        The other files of the submission by path, in base64.
    seed, test_seed : int
        Of this submission's hidden inputs, and of the test images. The course's secret itself,
        from which they follow, stays with the gradebook.
    environment : mapping of str to str
        The kernel's environment, ``KDLAB_…``.
    config : mapping
        The settings of the execution by class, as in ``nbgrader_config.py``.
    checks, libraries : str
        Versions, see `autograder.results.versions`.
    device : str
        ``"cpu"`` or ``"gpu"``.
    course : str
        Hash of the course's own modules, which its hidden tests may use.
    data : str
        Hash of the size and the date of an own data set, ``KDLAB_DATASET=folder:PATH``.
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


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as JSON, the same for the same content; cell ids and old outputs do not count."""
    cells = [
        {"cell_type": cell.cell_type, "source": cell.source, "metadata": cell.metadata}
        | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
        | {"id": f"cell-{number}"}
        for number, cell in enumerate(notebook.cells)
    ]
    return _canonical(
        {"cells": cells, "metadata": notebook.metadata, "nbformat": 4, "nbformat_minor": 5}
    )


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


def digest_of_modules(folder: Path) -> str:
    """Hash of the Python modules that lie in a folder."""
    paths = [path for path in sorted(folder.glob("*.py")) if path.name != _CONFIG]
    found = {path.name: _digest(path.read_text("utf-8")) for path in paths}
    return _digest(_canonical(found))


def mark_of_data(environment: Mapping[str, str]) -> str:
    """Hash of the size and the date of an own data set; empty for those that never change."""
    kind, _, path = environment.get("KDLAB_DATASET", "").partition(":")
    if kind != "folder" or not os.path.exists(path):
        return ""
    facts = os.stat(path)
    return _digest(f"{facts.st_size} {facts.st_mtime_ns}")


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=True, default=repr)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
