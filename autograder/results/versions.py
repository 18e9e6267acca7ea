"""Which version of the checks a result comes from: a hash of the source that decides it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import autograder

#: What of the packages takes part in executing and judging a submission.
_GRADER = (
    "bridge.py",
    "checks",
    "definitions.py",
    "entered.py",
    "execute.py",
    "graded_cells.py",
    "notebooks.py",
    "outputs_of_cells.py",
    "ready.py",
    "repair",
    "results",
    "sandbox",
    "scores.py",
    "secret.py",
    "surroundings.py",
    "two_rooms.py",
)
_NOT_OF_KDLAB = ("compare", "methods")
_SUFFIXES = (".py", ".json", ".safetensors")
_LAB = re.compile(r"lab\d+")
#: Libraries whose version can change what a submission does.
_LIBRARIES = ("torch", "torchvision", "numpy", "ipykernel", "ipython", "scikit-learn", "nbclient")


@lru_cache(maxsize=16)
def checks_version(assignment: str) -> str:
    """Hash of the source that decides an assignment's results.

    A file that is named after another lab, such as ``checks/lab3_plans.py`` for
    ``"lab1_baseline"``, does not count: changing lab 3's checks leaves lab 1's results as they are.
    """
    own = _LAB.match(assignment)
    digest = hashlib.sha256()
    for name, path in _sources():
        lab = _LAB.match(path.name)
        if lab is None or own is None or lab.group() == own.group():
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    """The files that count, by name, in an order of their own."""
    grader = Path(autograder.__file__).parent
    # Beside the grader or in site-packages; imported by name only, it takes seconds to load.
    import kdlab

    assert kdlab.__file__ is not None
    library = Path(kdlab.__file__).parent
    found = {}
    for folder, parts in ((grader, _GRADER), (library, _all_but(library, _NOT_OF_KDLAB))):
        for part in parts:
            place = folder / part
            for path in [place] if place.is_file() else place.rglob("*"):
                if path.suffix in _SUFFIXES:
                    found[f"{folder.name}/{path.relative_to(folder).as_posix()}"] = path
    yield from sorted(found.items())


def _all_but(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name not in names]


@lru_cache(maxsize=1)
def libraries() -> str:
    """Python and the libraries that student code runs with."""
    parts = [f"python {platform.python_version()}"]
    for name in _LIBRARIES:
        try:
            parts.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            parts.append(f"{name} -")
    return ", ".join(parts)
