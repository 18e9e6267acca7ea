"""What students may have, as a folder ready for a public repository and as a zip.

    autograder bundle          writes dist/bundle/ and dist/<name>.zip

The folder holds the student notebooks (those of ``labs/explore/`` with their outputs), the
wheel of the students' library, environments for pip and conda, a workflow that runs the notebooks,
and a README. It is made beside its place,
searched for solutions, hidden tests and the grader, and only then moved there: where something
leaked there is no bundle.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import click

from autograder.errors import GraderError
from autograder.notebooks import language_of, read_notebook
from autograder.publishing import differences, explore
from autograder.publishing.bundle_texts import environment, readme, requirements, workflow
from autograder.publishing.leaks import instructor_packages, scan
from autograder.publishing.steps import read_address
from autograder.results.own_modules import source_of
from autograder.subject import Subject, find_subject

PLACEHOLDER = "YOUR_ORGANISATION"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a zip's first day: the same files give the same bytes


class BundleError(GraderError):
    """There is something in the bundle that students must not have, or something is missing."""

    exit_code = 1  # refused: nothing was made


def make_bundle(root: Path, dist: Path) -> tuple[Path, Path]:
    """Make the bundle of the course in `root`.

    Parameters
    ----------
    root : Path
        The repository: ``labs/``, ``solutions/``, the students' library and ``pyproject.toml``.
    dist : Path
        Where ``bundle/`` and the zip go; what was made there before is replaced.

    Returns
    -------
    folder, archive : Path

    Raises
    ------
    BundleError
        The student notebooks are not in step with the instructor's, or the scan found a leak.
    """
    subject = find_subject(root)
    _expect_in_step(root)
    dist.mkdir(parents=True, exist_ok=True)
    folder = dist / "bundle"
    archive = dist / f"{read_address(root)['repository'].split('/')[-1]}.zip"
    with tempfile.TemporaryDirectory(dir=dist, prefix=".bundle-") as place:
        draft = Path(place) / "bundle"
        fill(draft, root, subject)
        expect_no_leak(draft, root / "solutions", subject)
        draft_archive = Path(place) / archive.name
        pack(draft, draft_archive, archive.stem)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        draft_archive.replace(archive)
    return folder, archive


def fill(folder: Path, root: Path, subject: Subject) -> None:
    """Put into `folder` everything that students get."""
    hidden = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(root / "labs", folder / "labs", ignore=hidden)
    if (root / "LICENSE").is_file():
        shutil.copyfile(root / "LICENSE", folder / "LICENSE")
    wheel = build_wheel(root, folder, subject)
    notebooks = [
        path.parent.relative_to(folder / "labs").as_posix()
        for pattern in ("labs/*/*.ipynb", "labs/explore/*/*.ipynb")
        for path in sorted(folder.glob(pattern))
    ]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    needed = project["project"]["dependencies"]
    where = {**read_address(root), "wheel": wheel.name}
    templates = _templates(subject)
    (folder / "environment.yml").write_text(environment(templates, needed, wheel.name), "utf-8")
    (folder / "requirements.txt").write_text(requirements(needed, wheel.name), "utf-8")
    check = folder / ".github" / "workflows" / "notebooks.yml"
    check.parent.mkdir(parents=True)
    graded = [name for name in notebooks if "/" not in name]
    check.write_text(workflow(graded, subject.defaults), "utf-8")
    (folder / "README.md").write_text(readme(templates, notebooks, **where), "utf-8")


def _templates(subject: Subject) -> Path:
    package, _, place = subject.bundle_files.partition(":")
    if not package:
        raise BundleError("The course declares no bundle_files: see autograder.subject.Subject.")
    return source_of(package).parent / place


def build_wheel(root: Path, target: Path, subject: Subject) -> Path:
    """Build the wheel of the students' library, and see that it holds what students get alone."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target)]
    with tempfile.TemporaryDirectory(prefix="wheel-") as place:
        project = _with_all_packages(root, Path(place), subject)
        done = subprocess.run([*command, str(project)], capture_output=True, text=True)
    if done.returncode:
        raise BundleError(f"the students' wheel cannot be built:\n{done.stdout}{done.stderr}")
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as members:
        names = members.namelist()
    meant = (*(f"{name}/" for name in subject.packages), f"{subject.library}-")
    strange = [name for name in names if not name.startswith(meant)]
    packages = ", ".join(subject.packages)
    if strange:
        raise BundleError(f"{wheel.name} holds more than {packages}: {', '.join(strange[:5])}")
    lacking = [each for each in subject.packages if f"{each}/__init__.py" not in names]
    if lacking:
        raise BundleError(
            f"{wheel.name} lacks {', '.join(lacking)}: [tool.hatch.build.targets.wheel] in"
            f" pyproject.toml must list the packages {packages}"
        )
    return wheel


def _with_all_packages(root: Path, place: Path, subject: Subject) -> Path:
    """A folder from which the wheel can be built: `root`, or links to what is in it in `place`.

    A course that is no part of the grader's repository has no ``labkit`` in its folder.
    """
    elsewhere = [name for name in subject.packages if not (root / name).is_dir()]
    if not elsewhere:
        return root
    for path in root.iterdir():
        (place / path.name).symlink_to(path.resolve())
    for name in elsewhere:
        (place / name).symlink_to(source_of(name).parent.resolve())
    return place


def expect_no_leak(folder: Path, solutions: Path, subject: Subject) -> None:
    """Raise `BundleError` if anything in `folder` belongs to the instructor."""
    found = scan(folder, solutions, instructor_packages(subject))
    if found:
        listed = "\n".join(f"  {finding}" for finding in found)
        raise BundleError(
            f"refused, no bundle is made: {len(found)} lines that students must not have\n{listed}"
        )


def pack(folder: Path, archive: Path, top: str) -> None:
    """Zip `folder` as a folder called `top`."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{top}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, _LONG_AGO)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, path.read_bytes())


def _expect_in_step(root: Path) -> None:
    """What is published is what the solutions give today, in the language that labs/ is in."""
    notebooks = sorted(root.glob("labs/*/*.ipynb"))
    if not notebooks:
        raise BundleError(f"no notebook in {root / 'labs'}: run `make release` first")
    language = language_of(read_notebook(notebooks[0]))
    folders = root / "solutions", root / "labs"
    diff = differences(*folders, language) or explore.differences(*folders, language)
    if diff:
        raise BundleError(f"labs/ is not in step with solutions/: run `make release` first\n{diff}")


@click.command()
@click.option("--dist", type=click.Path(path_type=Path), default=Path("dist"))
def bundle(dist: Path) -> None:
    """Make DIST/bundle/ and its zip from the project in the current folder.

    Example: autograder bundle --dist dist
    """
    folder, archive = make_bundle(Path.cwd(), dist)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            click.echo(f"  {path.relative_to(folder)}")
    click.echo(f"{folder}/ and {archive}: searched, nothing of the instructor's found")
    if PLACEHOLDER in (folder / "README.md").read_text("utf-8"):
        click.echo(
            f"Warning: pyproject.toml says repository = \"{PLACEHOLDER}/...\", so that badges and"
            " Colab lead nowhere; set it there, then: make release bundle"
        )
