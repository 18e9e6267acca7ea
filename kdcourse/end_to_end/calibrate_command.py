"""The command ``autograder calibrate``."""

from __future__ import annotations

import click

from kdcourse.end_to_end.calibrate import calibrate_references
from kdcourse.end_to_end.calibrate_mistakes import calibrate_mistakes


@click.command()
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

    Example: autograder calibrate --dataset digits-m --seeds 30 --jobs 2
    """
    if seeds:
        for path in calibrate_references(dataset, device, seeds, click.echo, jobs, serves):
            click.echo(path)
    if mistakes:
        for path in calibrate_mistakes(dataset, device, mistakes, click.echo, serves):
            click.echo(path)
