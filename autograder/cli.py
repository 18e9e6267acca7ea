"""The command ``autograder``."""

from __future__ import annotations

import sys

import click

from autograder.grade.command import grade
from autograder.penalties import penalties
from autograder.report.command import report
from autograder.sandbox.selfcheck import main as selfcheck


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


@main.command()
@click.option("--dataset", default="digits-m", show_default=True, help="As in KDLAB_DATASET.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="Default: the GPU, if any.")
@click.option("--seeds", default=30, show_default=True, help="Trainings of a reference.")
@click.option("--mistakes", default=3, show_default=True, help="Trainings of each named mistake.")
@click.option("--jobs", default=1, show_default=True, help="Trainings of references side by side.")
@click.option("--serves", metavar="DATASET", help="Use the bars for this data set instead.")
def calibrate(
    dataset: str, device: str | None, seeds: int, mistakes: int, jobs: int, serves: str | None
) -> None:
    """Measure how far correct solutions scatter, and set the bars of the end-to-end checks.

    Then measure what the named mistakes come to; with --seeds 0 that alone, with the bars there
    are.
    """
    from autograder.checks.calibrate import calibrate_references
    from autograder.checks.calibrate_mistakes import calibrate_mistakes

    if seeds:
        path = calibrate_references(dataset, device, seeds, click.echo, jobs, serves)
        click.echo(path)
    if mistakes:
        click.echo(calibrate_mistakes(dataset, device, mistakes, click.echo, serves))


main.add_command(grade)
main.add_command(penalties)
main.add_command(report)
main.add_command(selfcheck)
