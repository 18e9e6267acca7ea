"""The command ``autograder report``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from nbgrader.api import Gradebook

from autograder.course import assignments_of, open_course
from autograder.errors import GraderError, UsageError
from autograder.report.facts import collect
from autograder.report.page import make_page
from autograder.results.store import store_folder


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
)
def report(labs: tuple[str, ...], output: Path) -> None:
    """Write a page about the class: who needs a look, scores, mistakes, times, likeness.

    The page needs no network and holds what students wrote: keep it to yourself.

    Example: autograder report lab1_baseline --output lab1.html
    """
    course = open_course().coursedir
    with Gradebook(course.db_url, course.course_id) as gradebook:
        chosen = assignments_of(gradebook, labs)
        if not chosen:
            raise UsageError("The gradebook is empty: grade something first.")
        found = collect(gradebook, course, chosen, store_folder(course.root))
        page = make_page(course.course_id, found, datetime.now())
    try:
        output.write_text(page, "utf-8", "replace")
    except OSError as error:
        raise GraderError(f"The report cannot be written: {error}") from None
    click.echo(f"{output}: {sum(len(lab.submissions) for lab in found)} submissions")
