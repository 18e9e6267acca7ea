"""The course's secret, and the numbers that follow from it.

Hidden inputs are drawn from a seed that nobody can know without the secret, and that is another one
for every submission. The same submission has the same seed every time: grading it again gives the
same grade.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import GraderError
from autograder.notebooks import is_locked

VARIABLE = "AUTOGRADER_COURSE_SECRET"
FILE = ".course-secret"  # in the course's folder
LEAST = 16  # characters


def course_secret(root: Path) -> bytes:
    """``AUTOGRADER_COURSE_SECRET``, or what is kept in the course's folder; made on first use.

    Raises
    ------
    GraderError
        If the secret is so short that one could guess it.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        _refuse_other_names()
        path = root / FILE
        try:
            # Created with its rights, so that it is never readable by others, not even briefly.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        except FileExistsError:
            pass
        text = path.read_text(encoding="utf-8").strip()
    if len(text) < LEAST:
        raise GraderError(
            f"The course's secret ({FILE} or AUTOGRADER_COURSE_SECRET) has {len(text)} characters;"
            f" it needs {LEAST}. Delete the file, and a new one is made."
        )
    return text.encode()


def _refuse_other_names() -> None:
    """Say that a variable has another name now; without it all hidden inputs would change."""
    others = [name for name in os.environ if name.endswith("_COURSE_SECRET")]
    if others:
        raise GraderError(f"The variable {others[0]} is called {VARIABLE} now: rename it.")


def seed_of(secret: bytes, *about: str) -> int:
    """A number from 0 to 2**31 - 2 that depends on everything said, and that only the secret gives.

    Parameters
    ----------
    *about : str
        Such as ``"inputs"`` and a submission's digest.
    """
    digest = hmac.new(secret, "\0".join(about).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % (2**31 - 1)


def digest_of(notebook: NotebookNode, files: Mapping[str, str]) -> str:
    """A hash of what a student wrote that is executed: code and files.

    Prose, outputs, metadata and what the release says make no difference: a typo that is corrected
    there must not draw other hidden inputs, or grades would move by chance.

    Parameters
    ----------
    notebook : NotebookNode
    files : mapping of str to str
        Those beside it, by name.
    """
    parts = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type == "code" and not is_locked(cell):
            parts.update(f"{cell.source}\0".encode("utf-8", "surrogatepass"))
    for name, content in sorted(files.items()):
        parts.update(f"\0{name}\0{content}".encode("utf-8", "surrogatepass"))
    return parts.hexdigest()
