"""The command ``autograder``."""

from __future__ import annotations

import sys

import click


@click.group()
def main() -> None:
    """The grader of the knowledge distillation lab."""


@main.command()
@click.option("--only", "exercise", help="One exercise, such as 2-2.")
def checks(exercise: str | None) -> None:
    """Print what the checks make of every honest variant and every named mistake."""
    import torch  # takes seconds to import, so no other command has to wait for it

    from autograder.checks.table import print_matrix

    torch.set_num_threads(1)  # the cases are too small to share out
    sys.exit(print_matrix(exercise))
