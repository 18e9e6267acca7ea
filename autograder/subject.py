"""What a course has to declare so that this grader can grade it.

A course is a `Subject`: its labs with their exercises, the library that students get, and what of
both a submission may see. Where it is to be found stands in the ``pyproject.toml`` of the course::

    [tool.autograder]
    subject = "kdcourse.course:SUBJECT"

`find_subject` reads that for whoever works there; workers elsewhere are told the name with each
`autograder.results.job.Job`. A subject names its modules, which are imported when something of them
is asked for. docs/own-course.md builds one from nothing.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import GraderError, UsageError

if TYPE_CHECKING:
    from autograder.checks.exercise import Exercise, Measured

    AnyExercise = Exercise | Measured

Variables = Mapping[str, str]


class SubjectError(GraderError):
    """A course's subject cannot be had: nothing can be graded by it."""


@dataclass(frozen=True)
class Lab:
    """What the grader knows of one lab.

    Attributes
    ----------
    module : str
        Dotted name of a module whose ``EXERCISES`` is a tuple of the lab's `Exercise` and
        `Measured`. It, and all that it imports, decides results.
    points : float or None
        What the graded cells of the notebook come to; None: anything.
    data : tuple of str
        Files that decide results beside the modules: ``"package:pattern"``, such as
        ``"kdcourse:end_to_end/bars/lab1*.json"``.
    """

    module: str
    points: float | None = None
    data: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Subject:
    """A course, as it declares itself.

    Attributes
    ----------
    labs : mapping of str to Lab
        By the name of the assignment.
    library : str
        The importable package that students get beside ``labkit``; empty: none. The course's own
        settings stand in ``[tool.<library>]`` of its ``pyproject.toml``.
    hidden : tuple of str
        Parts of the library that no submission sees, such as ``"kdlab.methods"``.
    private : tuple of str
        Packages that no submission sees, and no bundle holds: the course's hidden half.
    imports : tuple of str
        Modules that most notebooks of the course, or the grader's questions, import. Kernels are
        forked from a process that has them, before a line of a submission runs.
    worker_imports : tuple of str
        Modules that a worker imports before it executes anything.
    decides : tuple of str
        Modules of the library that notebooks run with and that can change a result. What they
        import counts too.
    data : tuple of str
        Files that decide the results of all labs; see `Lab`.
    variables : str
        How the names of the course's own environment variables begin, such as ``"KDLAB_"``; they
        are passed on to kernels and workers, and decide results. Empty: there are none.
    kept_back : tuple of str
        Those that no kernel gets.
    defaults : mapping of str to str
        Values while grading, where the environment has none.
    shown : mapping of str to str
        Values with which notebooks are executed that students get with their outputs.
    fresh : str
        The variable that names the folder of data and results: those notebooks get a new one.
    visible : callable
        From the environment, the data that submissions may see: a file or folder of this machine,
        and the absolute path at which a kernel sees it.
    data_mark : callable
        From the environment, a text that changes with data of the user's own.
    obstacle : callable
        From the name of a lab and the environment, why no submission of it can be graded on this
        machine, and what to do; empty if they can. Asked before a submission is executed.
    remark : callable
        From the name of a lab, the environment and ``"cpu"`` or ``"gpu"``, what whoever grades
        should know of how it is graded there; mostly empty. Asked once before a run.
    commands : mapping of str to str
        Further verbs of ``autograder``, each with the dotted name of its click command.
    bundle_files : str
        Where the templates of the bundle's README and environment lie: ``"package:folder"``.
    demo : str
        Dotted name of an `autograder.demo.students.Students`, for ``autograder demo``.
    name : str
        Where it was found; set by `load_subject`.
    """

    labs: Mapping[str, Lab]
    library: str = ""
    hidden: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    worker_imports: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    variables: str = ""
    kept_back: tuple[str, ...] = ()
    defaults: Variables = field(default_factory=dict)
    shown: Variables = field(default_factory=dict)
    fresh: str = ""
    visible: Callable[[Variables], Mapping[Path, str]] = lambda _: {}
    data_mark: Callable[[Variables], str] = lambda _: ""
    obstacle: Callable[[str, Variables], str] = lambda *_: ""
    remark: Callable[[str, Variables, str], str] = lambda *_: ""
    commands: Mapping[str, str] = field(default_factory=dict)
    bundle_files: str = ""
    demo: str = ""
    name: str = ""

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that submissions see."""
        return ("labkit", *filter(None, [self.library]))

    def exercises(self, lab: str | None = None) -> Iterator[AnyExercise]:
        """The exercises of a lab, or of all; their modules are imported now.

        Raises
        ------
        SubjectError
            If a module cannot be imported.
        """
        for name, each in self.labs.items():
            if lab in (None, name):
                yield from _import(each.module, "EXERCISES", f"the exercises of {name}")

    def find(self, exercise: str) -> AnyExercise:
        """The exercise with a number.

        Raises
        ------
        UsageError
            If there is none.
        """
        known = {each.id: each for each in self.exercises()}
        if exercise not in known:
            there = ", ".join(known) or "none"
            raise UsageError(f"There is no exercise {exercise!r}. There are: {there}.")
        return known[exercise]

    def is_own(self, variable: str) -> bool:
        """Whether an environment variable is the course's."""
        return bool(self.variables) and variable.startswith(self.variables)


#: Of a course whose graded cells hold their tests themselves.
NO_SUBJECT = Subject(labs={})


def find_subject(folder: str | Path | None = None) -> Subject:
    """The subject of the course in a folder or above it; `NO_SUBJECT` if none is named there.

    Parameters
    ----------
    folder : str or Path, optional
        Default: the current one.

    Raises
    ------
    SubjectError
        If it is named, and cannot be had.
    """
    for place, table in tables_above(folder or Path.cwd(), "autograder"):
        name = table.get("subject", "")
        if not isinstance(name, str):
            file = place / "pyproject.toml"
            raise SubjectError(f"{file}: [tool.autograder] subject = {name!r} is not a text.")
        if name and str(place) not in sys.path:
            sys.path.append(str(place))  # a course may lie beside its pyproject.toml
        return load_subject(name)
    return NO_SUBJECT


def tables_above(folder: str | Path, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each ``[tool.<name>]`` in a ``pyproject.toml`` of a folder or above it, with its folder."""
    start = Path(folder).resolve()
    for place in (start, *start.parents):
        file = place / "pyproject.toml"
        if file.is_file():
            try:
                settings = tomllib.loads(file.read_text("utf-8"))
            except (OSError, ValueError) as error:
                raise SubjectError(f"{file} cannot be read: {error}") from None
            table = settings.get("tool", {}).get(name)
            if table is not None:
                yield place, table


@lru_cache(maxsize=16)
def load_subject(name: str) -> Subject:
    """The subject ``"module:attribute"``, or ``"module"`` for its ``SUBJECT``; `NO_SUBJECT` for "".

    Raises `SubjectError` if there is no such module or attribute, or if it is no subject.
    """
    if not name:
        return NO_SUBJECT
    module, _, attribute = name.partition(":")
    found = _import(module, attribute or "SUBJECT", "[tool.autograder] subject")
    if not isinstance(found, Subject):
        raise SubjectError(f"{name} is no autograder.subject.Subject, but {found!r:.100}.")
    object.__setattr__(found, "name", name)
    return found


def resolve(name: str, what: str) -> Any:
    """The thing with a dotted name, ``"module:attribute"``."""
    module, _, attribute = name.partition(":")
    return _import(module, attribute, what)


def _import(module: str, attribute: str, what: str) -> Any:
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        said = f"there is no module {error.name!r}" if error.name else str(error)
    except AttributeError:
        said = f"{module} has no {attribute!r}"
    except Exception as error:  # whatever a course's own module raises
        said = f"{type(error).__name__}: {error}"
    raise SubjectError(f"{what}: {module}:{attribute} cannot be had ({said}).")
