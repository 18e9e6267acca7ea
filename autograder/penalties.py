"""The command ``autograder penalties``."""

from __future__ import annotations

import sys

import click

from autograder.errors import UsageError


@click.command()
@click.argument("labs", nargs=-1, metavar="[LAB]...")
def penalties(labs: tuple[str, ...]) -> None:
    """Take off for lateness anew, after marks by hand, new extensions or another rule.

    The rule is `c.LatePenalty` in nbgrader_config.py. Nothing is graded again.
    """
    # Imported here: nbgrader takes a second, and no other command has to wait for it.
    from nbgrader.api import Gradebook

    from autograder.course import assignments_of, open_course
    from autograder.exchange.late import LatePenalty, book_penalties

    try:
        app = open_course()
        with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
            chosen = assignments_of(gradebook, labs)
            changed = book_penalties(gradebook, chosen, LatePenalty(parent=app))
    except UsageError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    for assignment, student, before, after in changed:
        click.echo(f"{assignment}, {student}: {before:g} -> {after:g} points taken")
    click.echo(f"{len(changed)} penalties changed.")
