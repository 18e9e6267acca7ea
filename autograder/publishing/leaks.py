"""Looks for what students must not have: solutions, hidden tests and the grader itself.

    autograder leaks dist/bundle      exits 1 if it finds anything

Every file is read as a student could read it. The list of secrets is made from the sources with a
parser of its own, so that a fault in the release steps cannot hide its own leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import click

from autograder.notebooks import grade_id, is_solution, read_notebook
from autograder.publishing.contents import texts
from autograder.publishing.traces import (
    Solution,
    has_words_of,
    lines_of,
    normal,
    pieces,
    solution,
    uncommented,
    words,
)
from autograder.results.own_modules import source_of
from autograder.subject import Subject, find_subject

_SHORTEST = 12  # fewer characters than this say nothing: `return loss`, `else:`
_LONG = 30
_COPIED = 0.5  # the share of a module's long lines that makes a file a copy of it
_IMPORTS = ("import", "from")
_FENCE = re.compile(r"YOUR CODE (STARTS|ENDS) HERE")
_HIDDEN = re.compile(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)")

@dataclass(frozen=True)
class Finding:
    """One leaked line, solution or file.

    Attributes
    ----------
    file : str
        Where it is; members of archives follow a ``!``.
    line : int
        From 1 (in a notebook: of the text of all its cells); 0 for a whole file.
    kind : str
        "solution", "hidden test" or "grader".
    """

    file: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.text}"


def instructor_packages(subject: Subject) -> list[Path]:
    """The folders of the packages that no student gets: the grader, and the course's own."""
    return [source_of(name).parent for name in ("autograder", *subject.private)]


def scan(folder: Path, solutions: Path, packages: Sequence[Path]) -> list[Finding]:
    """Everything in `folder` that belongs to the instructor.

    Parameters
    ----------
    folder : Path
        What students would get; also searched inside ``.zip`` and ``.whl`` files.
    solutions : Path
        The instructor notebooks.
    packages : sequence of Path
        The instructor's packages, see `instructor_packages`.
    """
    secrets = collect_secrets(solutions)
    modules = {
        file.relative_to(package.parent).as_posix(): _telling_lines(file.read_text("utf-8"))
        for package in packages
        for file in sorted(package.rglob("*.py"))
    }
    found = []
    for name, text in texts(folder):
        lines = [normal(line) for line in text]
        there = set(lines)
        for package in packages:
            if package.name in PurePosixPath(name.replace("!", "/")).parts:
                found.append(Finding(name, 0, "grader", f"a file of {package.name}"))
        for module, telling in modules.items():
            if telling and len(telling & there) > _COPIED * len(telling):
                found.append(Finding(name, 0, "grader", f"most of {module}"))
        for number, line in enumerate(lines, start=1):
            if line in secrets.lines:
                kind = secrets.lines[line]
                found.append(Finding(name, number, kind, text[number - 1].strip()))
        found += _solutions_in(name, text, secrets.solutions)
    return found


def _solutions_in(name: str, text: list[str], known: Sequence[Solution]) -> Iterator[Finding]:
    """Code of exercises in a text: line by line; renamed or rewritten, as a whole."""
    row: list[tuple[str, ...]] | None = None
    lines = [uncommented(line) for line in text]
    for each in known:
        numbers = lines_of(each, lines, text)
        for number in numbers:
            yield Finding(name, number + 1, "solution", text[number].strip())
        if not numbers:
            row = list(pieces(words("\n".join(text)))) if row is None else row
            if has_words_of(each, row):
                yield Finding(name, 0, "solution", f"{each.exercise}, rewritten")


@dataclass(frozen=True)
class Secrets:
    """What must stay with the instructor.

    Attributes
    ----------
    lines : dict of str to str
        Lines of hidden tests and of written answers, normalised, and which of both they are.
    solutions : tuple of Solution
        The code of the exercises.
    """

    lines: dict[str, str]
    solutions: tuple[Solution, ...]


def collect_secrets(solutions: Path) -> Secrets:
    """What the instructor's notebooks hold that students must not have."""
    secrets: dict[str, str] = {}
    code: dict[str, list[str]] = {}
    given: list[str] = []
    notebooks = sorted(solutions.glob("*/*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"no notebook in {solutions}/<lab>/: nothing to compare with")
    for path in notebooks:
        for cell in read_notebook(path).cells:
            solved, hidden, rest = _split(cell)
            given += rest
            if cell.cell_type == "code" and solved:
                code.setdefault(grade_id(cell) or cell.id, []).extend(solved)
            else:
                secrets |= {normal(line): "solution" for line in solved if _says_much(line)}
            secrets |= {normal(line): "hidden test" for line in hidden}
    # A line that students are given somewhere is no secret elsewhere.
    public = {normal(line) for line in given}
    lines = {line: kind for line, kind in secrets.items() if line and line not in public}
    found = [solution(exercise, "\n".join(each), given) for exercise, each in code.items()]
    return Secrets(lines, tuple(found))


def _split(cell: Any) -> tuple[list[str], list[str], list[str]]:
    """The lines of a cell that are solution, hidden, and given."""
    lines: list[str] = cell.source.split("\n")
    if is_solution(cell) and cell.cell_type == "markdown":
        return lines, [], []
    solved: list[str] = []
    hidden: list[str] = []
    given: list[str] = []
    place = given
    for line in lines:
        fence, curtain = _FENCE.search(line), _HIDDEN.search(line)
        if fence:
            place = solved if fence[1] == "STARTS" else given
        elif curtain:
            place = hidden if curtain[1] == "BEGIN" else given
            hidden.append(line)
        elif place is solved and line.strip().startswith("#"):
            given.append(line)
        else:
            place.append(line)
    return solved, hidden, given


def _telling_lines(source: str) -> set[str]:
    """A module's long lines, normalised: enough of them together are that module."""
    lines = {normal(line) for line in source.split("\n")}
    return {line for line in lines if len(line) >= _LONG and not line.startswith(_IMPORTS)}


def _says_much(line: str) -> bool:
    return len(normal(line)) >= _SHORTEST


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--solutions", type=click.Path(path_type=Path), default=Path("solutions"))
def leaks(folder: Path, solutions: Path) -> None:
    """Refuse FOLDER if anything in it belongs to the instructor.

    Example: autograder leaks dist/bundle
    """
    found = scan(folder, solutions, instructor_packages(find_subject()))
    for finding in found:
        click.echo(str(finding))
    if found:
        raise click.ClickException(f"{len(found)} leaks in {folder}: do not publish it")
    click.echo(f"no solution, no hidden test and nothing of the grader in {folder}")
