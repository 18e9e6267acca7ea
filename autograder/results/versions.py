"""Which version of the checks a result comes from: a hash of the source that decides it.

What counts is what is imported: by the execution of a submission, by the lab's own module, and by
the parts of the students' library that notebooks run with; and the data files that the course
declares. Exports, reports and drawings decide nothing, and other labs' checks nothing here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from autograder.errors import GraderError
from autograder.results.own_modules import digest_of_files, imported_names, source_of
from autograder.subject import Lab, Subject

#: Where the execution of a submission begins. Some of it is started by its name and not by an
#: import, so ``.*`` stands for everything in a package.
_EXECUTION = (
    "autograder.checks",
    "autograder.execution.*",
    "autograder.sandbox.inside.*",
    "autograder.sandbox.provisioner",
    "labkit.answer",
    "labkit.guest.*",
)
_EXECUTION_DATA = ("autograder:sandbox/kernels/*/*.json",)
#: What lays a submission onto the release: its results are keyed by the outcome, so that only the
#: question whether anything is new about a submission depends on it.
_REPAIR = ("autograder.repair", "autograder.classrun")
#: Libraries whose version can change what a submission does.
_LIBRARIES = ("torch", "torchvision", "numpy", "ipykernel", "ipython", "scikit-learn", "nbclient")


@lru_cache(maxsize=64)
def checks_version(subject: Subject, assignment: str) -> str:
    """Hash of the source that decides an assignment's results.

    Raises
    ------
    GraderError
        If a module that the course names is not there.
    """
    return digest_of_files(deciding_files(subject, assignment))


@lru_cache(maxsize=1)
def repair_version() -> str:
    """Hash of the source that decides what of a submission is executed."""
    return digest_of_files(_imported(_REPAIR))


def deciding_files(subject: Subject, assignment: str) -> dict[str, Path]:
    """The files that decide an assignment's results, by a name that is the same everywhere."""
    lab = subject.labs.get(assignment, Lab(module=""))
    modules = [*_EXECUTION, *subject.decides, *filter(None, [lab.module])]
    found = _imported(modules)
    if subject.name:  # what it declares decides; what its commands import does not
        module = subject.name.partition(":")[0]
        found[module] = source_of(module)
    for pattern in (*_EXECUTION_DATA, *subject.data, *lab.data):
        found |= _data(pattern)
    return found


def _imported(modules: Iterable[str]) -> dict[str, Path]:
    """The source files of modules and of all that they import from the same packages."""
    import grimp

    roots, loose = _with_loose_modules(modules)
    packages = sorted({name.partition(".")[0] for name in roots} | {"autograder", "labkit"})
    graph = grimp.build_graph(
        packages[0], *packages[1:], exclude_type_checking_imports=True, cache_dir=None
    )
    seen: set[str] = set()
    waiting = [each for root in roots for each in _with_parts(root, graph.modules)]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in graph.modules:
            continue
        seen.add(name)
        waiting += graph.find_modules_directly_imported_by(name)
        waiting += filter(None, [name.rpartition(".")[0]])  # a package is imported before its parts
    return {name: source_of(name) for name in sorted(seen)} | loose


def _with_parts(root: str, modules: Iterable[str]) -> list[str]:
    """A module; for ``package.*``, all that is in the package."""
    if not root.endswith(".*"):
        return [root]
    return [name for name in modules if name.startswith(root[:-1])]


def _with_loose_modules(modules: Iterable[str]) -> tuple[list[str], dict[str, Path]]:
    """The modules in packages, and the files of those that are no package, with what they import.

    Also the students' library may be reached from a module that stands alone.
    """
    roots, loose, waiting = [], dict[str, Path](), list(modules)
    while waiting:
        name = waiting.pop()
        if _is_in_package(name):
            roots.append(name)
        elif name not in loose and "." not in name:
            loose[name] = source_of(name)
            inside = imported_names(loose[name].read_text("utf-8"))
            waiting += [each for each in inside if _is_ours(each, loose[name].parent)]
    return roots, loose


def _is_in_package(name: str) -> bool:
    top = importlib.util.find_spec(name.partition(".")[0])
    if top is None:
        raise GraderError(f"There is no module {name!r}, which the course declares.")
    return bool(top.submodule_search_locations)


def _is_ours(name: str, folder: Path) -> bool:
    """Whether an imported module lies beside the importing one, or belongs to the grader."""
    top = name.partition(".")[0]
    beside = (folder / f"{top}.py").is_file() or (folder / top).is_dir()
    return top in ("autograder", "labkit") or beside


def _data(pattern: str) -> dict[str, Path]:
    package, _, glob = pattern.partition(":")
    folder = source_of(package).parent
    return {
        f"{package}/{path.relative_to(folder).as_posix()}": path
        for path in sorted(folder.glob(glob))
        if path.is_file()
    }


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
