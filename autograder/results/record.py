"""What executing a submission gave."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder.marks.score import Result, read_result
from autograder.notebooks import is_graded_code

FORMAT = 2  # 2: shares in place of points, and code cells alone
AT = "at "  # begins the names of the places where time went, among the seconds
_DIGEST = 64  # characters of a SHA-256 in hexadecimal


class DamagedRecordError(ValueError):
    """Bytes that are not the record that was once written."""


@dataclass(frozen=True)
class Record:
    """The result of one submission.

    Attributes
    ----------
    key : str
        Hash of all that decides the result.
    about : mapping of str to str
        What the key was made of, by name, for people who wonder why something was graded again.
    notebook : NotebookNode
        The executed notebook; the scores stand in the outputs of its graded cells.
    seconds : mapping of str to float
        ``"all"``: from the start to the end; ``"student"``: of these, the time that the
        submission's own code took; ``"at …"``: where most of it went, of a submission that ran into
        a limit.
    """

    key: str
    about: Mapping[str, str]
    notebook: NotebookNode
    seconds: Mapping[str, float]

    @property
    def results(self) -> list[Result]:
        """What each graded code cell came to, in the notebook's order."""
        return [read_result(cell) for cell in self.notebook.cells if is_graded_code(cell)]

    @property
    def is_complete(self) -> bool:
        """Whether every graded cell has a score: the grader had no fault."""
        return all(result.points is not None for result in self.results)

    @property
    def slow(self) -> str:
        """Where most of the time went, if something ran into a limit; else empty."""
        places = [name for name in self.seconds if name.startswith(AT)]
        return ", ".join(f"{name.removeprefix(AT)} {self.seconds[name]:g} s" for name in places)

    def to_bytes(self) -> bytes:
        """The record for a file or for another machine; `from_bytes` finds any damage."""
        content = {
            "format": FORMAT,
            "key": self.key,
            "about": dict(self.about),
            "notebook": self.notebook,
            "seconds": dict(self.seconds),
        }
        # mtime: the same record is the same bytes.
        packed = gzip.compress(json.dumps(content).encode(), compresslevel=4, mtime=0)
        return hashlib.sha256(packed).hexdigest().encode() + packed

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """The record that these bytes hold.

        Raises
        ------
        DamagedRecordError
            If they were changed or cut, or come from another version.
        """
        digest, packed = data[:_DIGEST], data[_DIGEST:]
        if hashlib.sha256(packed).hexdigest().encode() != digest:
            raise DamagedRecordError(f"the checksum of {len(data)} bytes is wrong")
        content = json.loads(gzip.decompress(packed))
        if content["format"] != FORMAT:
            raise DamagedRecordError(f"format {content['format']}, expected {FORMAT}")
        notebook = nbformat.from_dict(content["notebook"])
        return cls(content["key"], content["about"], notebook, content["seconds"])
