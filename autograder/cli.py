"""The command ``autograder``: a verb for everything that an instructor or a maintainer does."""

from __future__ import annotations

import sys
from typing import Any

import click

from autograder.errors import INTERRUPTED, AutograderError
from autograder.subject import find_subject, resolve

#: Each verb: where it is defined, and what it does. The modules are imported when they are asked
#: for: torch and nbgrader take seconds.
VERBS = {
    "address": ("autograder.publishing.address:address", "The project's address in the READMEs."),
    "bundle": ("autograder.publishing.bundle:bundle", "What students get, as a folder and a zip."),
    "checks": ("autograder.checks.table:checks", "What the checks make of all known answers."),
    "demo": ("autograder.demo.story:demo", "The whole life of the labs, with three students."),
    "explore": ("autograder.publishing.explore:explore", "The ungraded notebooks, with outputs."),
    "grade": ("autograder.grade.grade_command:grade", "Grade what is in submitted/."),
    "leaks": ("autograder.publishing.leaks:leaks", "Refuse a folder with solutions in it."),
    "new-course": ("autograder.publishing.new_course:new_course", "The skeleton of a new course."),
    "outputs": ("autograder.publishing.marked_outputs:outputs", "The outputs that nbval compares."),
    "penalties": ("autograder.exchange.late:penalties", "Take off for lateness anew."),
    "public-checks": ("autograder.checks.public:public_checks", "What self-checks compare with."),
    "release": ("autograder.publishing.release_command:release", "Make the student notebooks."),
    "report": ("autograder.report.report_command:report", "Write a page about the class."),
    "selfcheck": (
        "autograder.sandbox.selfcheck.selfcheck_command:selfcheck",
        "Try out what the sandbox holds on this host.",
    ),
}


def all_verbs() -> dict[str, tuple[str, str]]:
    """The verbs of every course, and those that the course in this folder adds."""
    own = {name: (where, "Of this course.") for name, where in find_subject().commands.items()}
    return dict(sorted({**own, **VERBS}.items()))


class Verbs(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, by name."""
        return list(all_verbs())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb; None if there is none."""
        verbs = all_verbs()
        if cmd_name not in verbs:
            return None
        found: click.Command = resolve(verbs[cmd_name][0], f"autograder {cmd_name}")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in all_verbs().items()])

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a verb; what it raises on purpose ends it in one line, with its exit code."""
        try:
            return super().main(*arguments, **options)
        except AutograderError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; Ctrl-C ends it in one line, too."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            sys.exit(INTERRUPTED)


@click.command(cls=Verbs)
def main() -> None:
    """Release, publish, grade: any course that declares its exercises.

    Example: autograder grade lab1_baseline
    """
