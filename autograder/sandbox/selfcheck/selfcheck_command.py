"""The command ``autograder selfcheck``."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

# Importing them registers their promises, in this order.
from autograder.sandbox import backends
from autograder.sandbox.selfcheck import (  # noqa: F401
    forks,
    isolation,
    limits,
    service,
    survivors,
)
from autograder.sandbox.selfcheck.promises import PROMISES, Broken, NotHere, Promise
from autograder.sandbox.selfcheck.trial import Trial, trial
from autograder.sandbox.settings import Sandbox

SIGNS = {"holds": "[green]holds[/]", "broken": "[red]BROKEN[/]", "not here": "[dim]not here[/]"}


@dataclass(frozen=True)
class Finding:
    """What became of one promise: ``holds``, ``broken`` or ``not here``."""

    promise: str
    outcome: str
    seen: str
    seconds: float


def examine(config: Config) -> Iterator[Finding]:
    """Try all promises, one finding after the other."""
    with trial(config) as shared:
        for each in PROMISES:
            if not each.own_kernel:
                yield _try(each, shared)
    for each in PROMISES:
        if each.own_kernel:
            yield _try(each, config)


def _try(promise: Promise, ground: Trial | Config) -> Finding:
    started = time.monotonic()
    attempt: Any = promise.attempt
    try:
        outcome, seen = "holds", attempt(ground)
    except Broken as error:
        outcome, seen = "broken", str(error)
    except NotHere as error:
        outcome, seen = "not here", str(error)
    return Finding(promise.name, outcome, seen, time.monotonic() - started)


@click.command()
@click.option(
    "--backend",
    type=click.Choice(["bubblewrap", "process"]),
    help="Default: what this host would grade with.",
)
def selfcheck(backend: str | None) -> None:
    """Try out on this host what the sandbox promises; exit status 1 if anything is broken.

    Example: autograder selfcheck --backend bubblewrap
    """
    console = Console()
    config = Config()
    missing = backends.what_is_missing()
    if missing is not None:
        console.print(f"No sandbox here. {missing}", style="yellow", markup=False)
    config.Sandbox.backend = backend or backends.choose(Sandbox(backend="auto"))
    findings = list(_print_as_they_come(console, config))
    count = Counter(finding.outcome for finding in findings)
    console.print(", ".join(f"{number} {outcome}" for outcome, number in count.items()) + ".")
    sys.exit(1 if count["broken"] else 0)


def _print_as_they_come(console: Console, config: Config) -> Iterator[Finding]:
    table = Table("promise", "", "seen", "s", title=f"A kernel in: {config.Sandbox.backend}")
    with console.status("Starting a kernel ..."):
        for finding in examine(config):
            seen = finding.seen.replace("[", "\\[")
            table.add_row(
                finding.promise, SIGNS[finding.outcome], seen, f"{finding.seconds:.1f}"
            )
            yield finding
    console.print(table)
