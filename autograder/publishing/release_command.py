"""The command ``autograder release``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from autograder.publishing.make import differences, write_release
from autograder.subject import find_subject


@click.command()
@click.option("--check", is_flag=True, help="Write nothing: show the differences, exit 1 if any.")
@click.option(
    "--language",
    type=click.Choice(["both", "ko", "en"]),
    default=lambda: os.environ.get("AUTOGRADER_RELEASE_LANGUAGE") or "both",
    help="Prose to keep; the default is both.",
)
@click.option("--solutions", type=click.Path(path_type=Path), default=Path("solutions"))
@click.option("--labs", type=click.Path(path_type=Path), default=Path("labs"))
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
