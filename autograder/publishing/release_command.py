"""The command ``autograder release``."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.publishing.make import differences, write_release
from autograder.publishing.release_options import release_options
from autograder.subject import find_subject


@click.command()
@release_options
def release(check: bool, language: str, solutions: Path, labs: Path) -> None:
    """Make the student notebooks in LABS from the instructor notebooks in SOLUTIONS.

    Refused where the course contradicts itself, or where its checks fail a right way of writing an
    exercise or pass a known mistake.

    Example: autograder release --language ko
    """
    if check:
        diff = differences(solutions, labs, language)
        if diff:
            raise click.ClickException(
                f"{labs}/ is not in step with {solutions}/; run `make release`\n{diff}"
            )
        click.echo(f"{labs}/ is in step with {solutions}/")
        return
    subject = find_subject(solutions)
    if subject.labs:
        from autograder.publishing.before_release import expect_sound  # needs torch

        expect_sound(subject, solutions.resolve())
    for path in write_release(solutions, labs, language):
        click.echo(f"wrote {path}")
