"""Trainings of a calibration that are done: kept until its bars are written.

A calibration takes from ten minutes to hours. Each training is stored as soon as it is over, so
that the same command goes on where it was interrupted. Of two that run at once, one waits.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.stage import Stage
from labkit.storage import atomic_write, locked

FOLDER = "calibration"
_ABOUT = "about.json"


class Kept:
    """What was measured so far under the same circumstances.

    Parameters
    ----------
    folder : Path
        Of one data set on one kind of device.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    @contextlib.contextmanager
    def entered(cls, on: Stage, root: Path, told: Callable[[str], None]) -> Iterator[Kept]:
        """Wait for another calibration of this, and drop what an earlier one kept of another kind.

        Parameters
        ----------
        on : Stage
        root : Path
            The data root.
        told : callable
            Hears what becomes of an earlier one.
        """
        name = f"{on.counts_as}-{on.device.type}".replace(":", "-")
        folder = root / FOLDER / name
        with locked(folder):
            kept = cls(folder)
            kept._begin(circumstances(on), told)
            yield kept

    def _begin(self, about: dict[str, Any], told: Callable[[str], None]) -> None:
        before = self._read(_ABOUT)
        number = len(list(self._folder.glob("*.json"))) - 1
        if before == about and number > 0:
            told(f"Going on: {number} trainings of before are kept in {self._folder}.")
        elif before is not None and before != about:
            other = ", ".join(name for name in about if before.get(name) != about[name])
            told(f"Starting anew: what is kept in {self._folder} belongs to another {other}.")
            self.forget()
        self._write(_ABOUT, about)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What is kept under a name; else it is made, and kept."""
        found = self.get(name)
        if found is None:
            found = make()
            self.put(name, found)
        return found

    def get(self, name: str) -> Any:
        """What is kept under a name; None if there is nothing that can be read."""
        return self._read(_file_of(name))

    def put(self, name: str, content: Any) -> None:
        """Keep plain data."""
        self._write(_file_of(name), content)

    def forget(self) -> None:
        """Drop everything: the bars are written, or what is there belongs to others."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self, file: str) -> Any:
        try:
            return json.loads((self._folder / file).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _write(self, file: str, content: Any) -> None:
        with atomic_write(self._folder / file) as partial:
            partial.write_text(json.dumps(content), encoding="utf-8")


def circumstances(on: Stage) -> dict[str, Any]:
    """What decides the values of a training: under others, none of them counts."""
    return {
        "data": on.data.digest,
        "teacher": on.teacher_digest,
        "precision": on.precision,
        "schedule": {id: record.trained_by(on.counts_as) for id, record in records().items()},
        "torch": torch.__version__,
    }


def _file_of(name: str) -> str:
    """A file name for any name: those of mistakes may hold what no file name does."""
    return f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"
