"""What the library does at a command line.

    python -m kdlab compare     # train the student with each distillation method, and compare
    python -m kdlab grid        # lab 2's grid over temperature and loss weights
"""

from __future__ import annotations

import argparse
import sys

from kdlab.compare import command as comparing
from kdlab.grid import command as gridding
from labkit.errors import LabError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kdlab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("compare", help="train with each method, and compare")
    comparing.add_arguments(command)
    command.set_defaults(run=comparing.compare)
    command = commands.add_parser("grid", help="train over temperature and loss weights, for lab 2")
    gridding.add_arguments(command)
    command.set_defaults(run=gridding.make_grid)
    asked = parser.parse_args(arguments)
    try:
        asked.run(asked)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on with what is missing.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
