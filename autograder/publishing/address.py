"""Brings the project's address in the READMEs up to date with `read_address`.

    autograder address          part of `make release`

The badges and the links to the issues were made from an earlier address; the first badge of a file
tells which one it was.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from autograder.publishing.steps import read_address

FILES = ("README.md", "README.ko.md")
_BADGE = re.compile(r"colab\.research\.google\.com/github/([^/\s]+/[^/\s]+)/blob/([^/\s]+)/labs/")


def with_address(text: str, repository: str, branch: str) -> str:
    """The same text with every address of the project replaced.

    Parameters
    ----------
    text : str
        A document; without a badge there is nothing to go by, and it stays as it is.
    repository, branch : str
        Such as ``"university/knowledge-distillation-lab"`` and ``"main"``.
    """
    for old_repository, old_branch in set(_BADGE.findall(text)):
        text = text.replace(
            f"/github/{old_repository}/blob/{old_branch}/", f"/github/{repository}/blob/{branch}/"
        )
        for end in ("/", ".git"):
            old, new = (f"github.com/{each}{end}" for each in (old_repository, repository))
            text = text.replace(old, new)
    return text


def rewrite(root: Path) -> list[Path]:
    """Rewrite the documents in `root`; returns those that changed."""
    where = read_address(root)
    changed = []
    for path in filter(Path.is_file, (root / name for name in FILES)):
        before = path.read_text("utf-8")
        after = with_address(before, where["repository"], where["branch"])
        if after != before:
            path.write_text(after, "utf-8", newline="\n")
            changed.append(path)
    return changed


@click.command()
def address() -> None:
    """Rewrite the addresses in the documents of the current folder.

    Example: autograder address
    """
    for path in rewrite(Path.cwd()):
        click.echo(f"wrote {path}")
