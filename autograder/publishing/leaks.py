"""Looks for what students must not have: solutions, hidden tests and the grader itself.

    autograder leaks dist/bundle      exits 1 if it finds anything

Every file is read as a student could read it: notebooks cell by cell, archives and wheels member by
member. The list of secrets is made from the sources with a parser of its own, so that a fault in
the release steps cannot hide its own leak.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import click

from autograder.notebooks import is_solution, read_notebook
from autograder.results.own_modules import source_of
from autograder.subject import Subject, find_subject

_SHORTEST = 12  # fewer characters than this say nothing: `return loss`, `else:`
_LONG = 30
_COPIED = 0.5  # the share of a module's long lines that makes a file a copy of it
_IMPORTS = ("import", "from")
#: Lines of solutions that any program with PyTorch has.
_IDIOMS = (
    "model.eval()",
    "with torch.no_grad():",
    "for inputs, labels in batches:",
    "outputs = model(inputs)",
)
_FENCE = re.compile(r"YOUR CODE (STARTS|ENDS) HERE")
_HIDDEN = re.compile(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)")
_BINARY = frozenset((".png", ".jpg", ".gif", ".pdf", ".safetensors", ".npz", ".npy", ".woff2"))
_ARCHIVES = frozenset((".zip", ".whl"))


@dataclass(frozen=True)
class Finding:
    """One leaked line or file.

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
    for name, data in _files(folder):
        text = list(_lines(name, data))
        lines = [_normal(line) for line in text]
        there = set(lines)
        for package in packages:
            if package.name in PurePosixPath(name.replace("!", "/")).parts:
                found.append(Finding(name, 0, "grader", f"a file of {package.name}"))
        for module, telling in modules.items():
            if telling and len(telling & there) > _COPIED * len(telling):
                found.append(Finding(name, 0, "grader", f"most of {module}"))
        for number, line in enumerate(lines, start=1):
            if line in secrets:
                found.append(Finding(name, number, secrets[line], text[number - 1].strip()))
    return found


def collect_secrets(solutions: Path) -> dict[str, str]:
    """Every line of the sources that must stay here, normalised, and what kind of line it is."""
    secrets: dict[str, str] = {}
    given: set[str] = {_normal(line) for line in _IDIOMS}
    notebooks = sorted(solutions.glob("*/*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"no notebook in {solutions}/<lab>/: nothing to compare with")
    for path in notebooks:
        for cell in read_notebook(path).cells:
            solved, hidden, rest = _split(cell)
            given |= {_normal(line) for line in rest}
            secrets |= {_normal(line): "solution" for line in solved if _says_much(line)}
            secrets |= {_normal(line): "hidden test" for line in hidden}
    # A line that students are given somewhere is no secret elsewhere.
    return {line: kind for line, kind in secrets.items() if line and line not in given}


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
    lines = {_normal(line) for line in source.split("\n")}
    return {line for line in lines if len(line) >= _LONG and not line.startswith(_IMPORTS)}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its contents, archives opened."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _opened(path.relative_to(folder).as_posix(), path.read_bytes())


def _opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if PurePosixPath(name).suffix not in _ARCHIVES:
        yield name, data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.endswith("/"):
                yield from _opened(f"{name}!{member}", archive.read(member))


def _lines(name: str, data: bytes) -> Iterable[str]:
    """The lines of a file that a person would read."""
    suffix = PurePosixPath(name).suffix
    if suffix in _BINARY:
        return []
    text = data.decode("utf-8-sig", "replace")
    if suffix in (".ipynb", ".json"):
        try:
            return [line for part in _strings(json.loads(text)) for line in part.split("\n")]
        except json.JSONDecodeError:
            pass
    return text.split("\n")


def _strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value; the lines of a cell's source join up."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def _normal(line: str) -> str:
    return "".join(line.split())


def _says_much(line: str) -> bool:
    return len(_normal(line)) >= _SHORTEST


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
