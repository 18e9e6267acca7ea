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
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import GraderError

FILE = ".course-secret"  # in the course's folder
LEAST = 16  # characters


def course_secret(root: Path) -> bytes:
    """``KDLAB_COURSE_SECRET``, or what is kept in the course's folder; made on first use.

    Raises
    ------
    GraderError
        If the secret is so short that one could guess it.
    """
    text = os.environ.get("KDLAB_COURSE_SECRET")
    if text is None:
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
            f"The course's secret ({FILE} or KDLAB_COURSE_SECRET) has {len(text)} characters;"
            f" it needs {LEAST}. Delete the file, and a new one is made."
        )
    return text.encode()


def seed_of(secret: bytes, *about: str) -> int:
    """A number from 0 to 2**31 - 2 that depends on everything said, and that only the secret gives.

    Parameters
    ----------
    *about : str
        Such as ``"inputs"`` and a submission's digest.
    """
    digest = hmac.new(secret, "\0".join(about).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % (2**31 - 1)


def digest_of(notebook: NotebookNode) -> str:
    """A hash of what a notebook says; outputs and metadata of no consequence make no difference."""
    parts = hashlib.sha256()
    for cell in notebook.cells:
        parts.update(f"{cell.cell_type}\0{cell.source}\0\0".encode("utf-8", "surrogatepass"))
    return parts.hexdigest()
