"""The store of results: one file for each, named by its key."""

from __future__ import annotations

import logging
from pathlib import Path

from autograder.errors import GraderError
from autograder.results.record import FORMAT, DamagedRecordError, Record
from labkit.storage import atomic_write

FOLDER = "results"  # in the course's folder


class StoreError(GraderError):
    """The store cannot be read or written."""


def store_folder(course: str | Path) -> Path:
    """Where the course in this folder keeps its results."""
    return Path(course) / FOLDER


class ResultStore:
    """Results by key, in a folder that many processes may use at once.

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    log : logging.Logger, optional
        Is told of damaged entries.
    """

    def __init__(self, folder: Path, log: logging.Logger | None = None) -> None:
        self.folder = folder
        self.log = log or logging.getLogger(__name__)

    def begin(self) -> str:
        """Begin a run: what there is to say about results of an older version, or nothing."""
        mark = self.folder / "format.txt"
        known = mark.read_text("utf-8").strip() if mark.is_file() else ""
        if known == str(FORMAT):
            return ""
        old = sum(1 for _ in self.folder.glob("??/*.result"))
        self._write(mark, f"{FORMAT}\n".encode())
        if not old:
            return ""
        return (
            f"{old} stored results are of an older version of the grader: everything is executed"
            " anew, this once."
        )

    def path(self, key: str) -> Path:
        """Where the result with this key lies, if it is there."""
        return self.folder / key[:2] / f"{key}.result"

    def get(self, key: str) -> Record | None:
        """The result with this key; None if there is none, or if what is there is damaged.

        Raises
        ------
        StoreError
            If the file is there and cannot be read.
        """
        path = self.path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"A stored result cannot be read: {path} ({error})") from error
        try:
            record = Record.from_bytes(data)
            if record.key != key:
                raise DamagedRecordError(f"it is the result of {record.key}")
        except DamagedRecordError as error:
            self.log.warning("Stored result %s is damaged (%s); it is computed again", path, error)
            return None
        return record

    def put(self, record: Record) -> None:
        """Store a result: whole, or not at all.

        Raises
        ------
        StoreError
            If it cannot be written: the disk is full, or the folder may not be written to.
        """
        self.put_bytes(record.key, record.to_bytes())

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store a result as it came from another machine; see `put`."""
        self._write(self.path(key), data)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            with atomic_write(path) as partial:
                partial.write_bytes(data)
        except OSError as error:
            raise StoreError(
                f"A result cannot be stored: {path} ({error}). Make room or give the right to"
                " write there; what is stored already is kept, and the same command goes on."
            ) from error
