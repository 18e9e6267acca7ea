"""The skeleton of a new course, with one exercise that is complete.

    autograder new-course optics

What it lays into the folder is right at once: it can be checked, released, handed in and graded
before a line of it is changed. It is made from the files in ``course_files/``, in which ``@name@``
stands for the course's name.
"""

from __future__ import annotations

import importlib.util
import keyword
import re
from pathlib import Path

import click

from autograder.errors import UsageError

TEMPLATES = Path(__file__).with_name("course_files")
SUFFIX = ".template"
NAME = "@name@"
#: Also part of the name of a wheel, in which a second underscore in a row would be lost.
_GOOD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def make_course(name: str, place: Path) -> list[Path]:
    """Lay the skeleton of a course into a new folder of its name.

    Parameters
    ----------
    name : str
        Such as ``"optics"``: the students' library becomes ``opticslab``, the hidden half
        ``opticscourse``.
    place : Path
        The folder in which the new one is made.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    UsageError
        If the name will not do, or if there is something in the folder already.
    """
    folder = place / name
    _expect_a_good_name(name)
    _expect_room(folder)
    _expect_no_such_package(name, folder)
    return [_write(template, name, folder) for template in templates()]


def templates() -> list[Path]:
    """The files that a course is made from."""
    return sorted(path for path in TEMPLATES.rglob(f"*{SUFFIX}") if path.is_file())


def _write(template: Path, name: str, folder: Path) -> Path:
    place = template.relative_to(TEMPLATES).as_posix().removesuffix(SUFFIX)
    target = folder / place.replace(NAME, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = template.read_text("utf-8").replace(NAME, name)
    target.write_text(text, "utf-8", newline="\n")
    return target


def _expect_a_good_name(name: str) -> None:
    if not _GOOD.fullmatch(name) or keyword.iskeyword(name):
        raise UsageError(
            f"A course cannot be called {name!r}: its packages are named after it. Take small"
            " letters, digits and single underscores, with a letter first, such as optics or"
            " signals_2."
        )


def _expect_room(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        what = "a folder with files in it" if folder.is_dir() else "no folder"
        raise UsageError(f"{folder} is there already, {what}: take another name, or move it away.")


def _expect_no_such_package(name: str, folder: Path) -> None:
    """Importing one of the course's packages must not find another one, nor the other way round."""
    for package in (name, f"{name}lab", f"{name}course"):
        spec = importlib.util.find_spec(package)
        places = [Path(each) for each in (spec.submodule_search_locations or [])] if spec else []
        if spec is None or (spec.origin is None and places == [folder.resolve()]):
            continue  # nothing, or the empty folder itself
        where = spec.origin or ", ".join(map(str, places))
        raise UsageError(
            f"A course cannot be called {name!r}: there is a package {package!r} already ({where})."
            " Take another name."
        )


@click.command()
@click.argument("name")
def new_course(name: str) -> None:
    """Lay the skeleton of a course into a new folder NAME, with one complete exercise.

    It says what to run next; docs/own-course.md tells what each file is for.

    Example: autograder new-course optics
    """
    for path in make_course(name, Path.cwd()):
        click.echo(f"wrote {path.relative_to(Path.cwd())}")
    click.echo(
        f"Next:\n  cd {name}\n  autograder checks\n  autograder public-checks\n  autograder release"
    )
