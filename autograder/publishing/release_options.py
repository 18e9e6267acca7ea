"""The options of the commands that make student notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from autograder.notebooks import LANGUAGES
from autograder.publishing.steps import chosen_language

_OPTIONS = (
    click.option(
        "--check", is_flag=True, help="Write nothing: show the differences, exit 1 if any."
    ),
    click.option(
        "--language",
        type=click.Choice(["both", *LANGUAGES]),
        default=chosen_language,
        help="Prose to keep; the default is both.",
    ),
    click.option("--solutions", type=click.Path(path_type=Path), default=Path("solutions")),
    click.option("--labs", type=click.Path(path_type=Path), default=Path("labs")),
)


def release_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--check``, ``--language``, ``--solutions`` and ``--labs``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
