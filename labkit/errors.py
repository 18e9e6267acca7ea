"""What can go wrong in ``labkit``, and in the libraries of courses that build on it, as a tree.

    LabError
    ├── ConfigurationError      a setting or an argument is wrong
    │   └── UnknownNameError    a name is not one of the valid ones
    └── MissingPackageError     a submission uses a package that is not there when grading

Every message says what was wrong, with what value, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LabError(Exception):
    """Root of everything that is raised on purpose on the students' side."""


class ConfigurationError(LabError, ValueError):
    """A setting or an argument is wrong."""


class UnknownNameError(ConfigurationError):
    """A name is not one of the valid ones; the message offers the nearest.

    Parameters
    ----------
    what : str
        What was named, such as ``"language"``.
    name : str
        The name that was given.
    valid : iterable of str
        The names that exist.
    """

    def __init__(self, what: str, name: str, valid: Iterable[str]) -> None:
        names = list(valid)
        near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"{what}={name!r} is unknown. Valid: {', '.join(names)}.{hint}")
        self.what, self.name, self.valid = what, name, names


class MissingPackageError(LabError, ModuleNotFoundError):
    """A submission uses what was imported from a package that is not there when grading.

    Parameters
    ----------
    package : str
        Its name.
    """

    def __init__(self, package: str) -> None:
        super().__init__(f"`{package}` is not there when grading. Write it without.", name=package)
        self.package = package
