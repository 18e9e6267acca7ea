"""A course as its ``nbgrader_config.py`` describes it, for commands that are not nbgrader's own."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from autograder.errors import UsageError

CONFIG = "nbgrader_config.py"


def open_course() -> Any:
    """nbgrader's application, configured as in the current folder; `coursedir` is the course.

    Raises
    ------
    UsageError
        If the current folder is no course.
    """
    expect_course(Path.cwd())
    from nbgrader.apps.baseapp import NbGrader  # takes a second to import

    return command(NbGrader)


def expect_course(folder: Path) -> None:
    """Refuse a folder that is no course with `UsageError`."""
    if not (folder / CONFIG).is_file():
        near = [each for each in (*folder.parents, *_below(folder)) if (each / CONFIG).is_file()]
        hint = f" {near[0]} is one." if near else ""
        raise UsageError(
            f"{folder} is no course: there is no {CONFIG}. Run this in its folder.{hint}"
        )


def _below(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def command(kind: type[Any], *arguments: str) -> Any:
    """A command of nbgrader, configured as in the current folder; it logs to its file alone."""
    app = kind()
    app.initialize([*arguments, "--log-level=WARN"])
    for handler in app.log.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.setLevel(logging.CRITICAL)
    return app


def assignments_of(gradebook: Any, named: tuple[str, ...]) -> list[Any]:
    """The gradebook's assignments with these names, or all.

    Raises
    ------
    UsageError
        If there is no such assignment.
    """
    known = {assignment.name: assignment for assignment in gradebook.assignments}
    for name in named:
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise UsageError(f"The gradebook has no assignment {name!r}; it has: {there}.")
    return [known[name] for name in sorted(known) if name in (named or known)]
