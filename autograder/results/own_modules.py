"""Python modules in a course's folder: hidden tests of an instructor's own use them."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.errors import GraderError


def own_modules(folder: Path, sources: Iterable[str], known: Iterable[str]) -> dict[str, Path]:
    """The files in a folder that some code imports, and what these import in turn.

    A package counts with everything in it, data too.

    Parameters
    ----------
    folder : Path
        The course's.
    sources : iterable of str
        Code, such as that of graded cells.
    known : iterable of str
        Packages that somebody else looks after.

    Returns
    -------
    dict of str to Path
        By their place in the folder.
    """
    found: dict[str, Path] = {}
    seen, waiting = set(known), {name for source in sources for name in _tops(source)}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for path in _files(folder, name):
            found[path.relative_to(folder).as_posix()] = path
            if path.suffix == ".py":
                waiting |= set(_tops(path.read_text("utf-8", "replace")))
    return found


def digest_of_own_modules(folder: Path, sources: Iterable[str], known: Iterable[str]) -> str:
    """Hash of `own_modules`; empty if there are none."""
    found = own_modules(folder, sources, known)
    return digest_of_files(found) if found else ""


def digest_of_files(files: Mapping[str, Path]) -> str:
    """Hash of files, by name and content."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def imported_names(source: str) -> set[str]:
    """Dotted names of the modules that some code imports; of code that cannot be read, none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def source_of(module: str) -> Path:
    """The source file of a module; nothing is imported for it, some packages would load torch.

    Raises
    ------
    GraderError
        If there is none.
    """
    top, *inside = module.split(".")
    spec = importlib.util.find_spec(top) if top else None
    origin = Path(spec.origin) if spec and spec.origin else Path()
    places = [origin]
    if inside:
        place = origin.parent.joinpath(*inside)
        places = [place / "__init__.py", place.with_name(f"{place.name}.py")]
    for each in places:
        if each.suffix == ".py" and each.is_file():
            return each
    raise GraderError(f"There is no source of a module {module!r}, which the course declares.")


def _tops(source: str) -> Iterator[str]:
    yield from {name.partition(".")[0] for name in imported_names(source)}


def _files(folder: Path, name: str) -> list[Path]:
    module, package = folder / f"{name}.py", folder / name
    if module.is_file():
        return [module]
    if not package.is_dir():
        return []
    paths = (path for path in sorted(package.rglob("*")) if path.is_file())
    return [path for path in paths if "__pycache__" not in path.parts]
