"""What one sandboxed kernel sees, put together from the host, the settings and the mounts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import host
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.settings import Sandbox

HOME = "/home/student"
WORKING_FOLDER = "/home/student/work"
RUN = "/run/room"  # what the sandbox itself needs inside
INSIDE = f"{RUN}/inside"
SUBMISSION = f"{RUN}/submission"


@dataclass(frozen=True)
class View:
    """Everything that the command line of one sandbox depends on.

    Attributes
    ----------
    files : mapping of str to Path
        Path inside -> file or folder of the host, read-only.
    links : mapping of str to str
        Path inside -> where the symbolic link points.
    hidden : mapping of str to bool
        Path inside -> whether it is a folder, shown empty; a file cannot be opened.
    devices : tuple of Path
        Device files, passed through.
    sockets : Path or None
        The folder of the sockets to the grader; the only one of the host that can be written to.
    disk : int
        Bytes of each of the places that are writable and vanish with the sandbox.
    environment : mapping of str to str
        All of the environment.
    """

    files: Mapping[str, Path]
    links: Mapping[str, str]
    hidden: Mapping[str, bool]
    devices: tuple[Path, ...]
    sockets: Path | None
    disk: int
    environment: Mapping[str, str]


def furnish(
    sandbox: Sandbox,
    mounts: Mounts,
    private: Path,
    sockets: Path | None = None,
    working_folder: Path | None = None,
) -> View:
    """The room for one kernel, or the same without a submission.

    Parameters
    ----------
    sandbox : Sandbox
    mounts : Mounts
    private : Path
        A new folder for the files that are made up for this kernel.
    sockets : Path, optional
        A new folder for the sockets.
    working_folder : Path, optional
        The submission's folder.
    """
    packages = [host.package_folder(name) for name in mounts.packages]
    links: dict[str, str] = {}
    files: dict[str, Path] = {}
    for folder in host.system_folders():
        if folder.is_symlink():
            links[str(folder)] = os.readlink(folder)
        else:
            files[str(folder)] = folder
    visible = [*host.system_files(), *host.python_folders(), *host.gpu_files()]
    visible += [Path(name) for name in sandbox.read_only]
    files |= {str(path): path for path in visible}
    files |= {str(path): path for path in host.executable_links() if not _below(path, files)}
    files |= {f"{HOME}/{place}": path for path, place in host.font_list().items()}
    files[INSIDE] = Path(__file__).with_name("inside")
    if working_folder is not None:
        files[SUBMISSION] = working_folder
    files |= _users(private)
    files |= {str(package): package for package in packages}
    files |= {place: Path(path) for path, place in mounts.read_only.items()}
    unwanted = [*_private_folders(mounts), *mounts.hidden, *_hidden_parts(mounts)]
    return View(
        files=files,
        links=links,
        hidden=_hide(files, unwanted),
        devices=tuple(host.gpu_devices()),
        sockets=sockets,
        disk=sandbox.disk,
        environment=environment(mounts),
    )


def _below(path: Path, files: Mapping[str, Path]) -> bool:
    return any(path.is_relative_to(place) for place in files)


def _private_folders(mounts: Mounts) -> list[Path]:
    """The grader and the course's hidden half, and where they are edited what lies beside them too:
    solutions, tests, gradebook.

    A package may be installed as well as edited, and only one of the two is the one that runs.
    """
    found: list[Path] = []
    for name in ("autograder", *mounts.private):
        folder = host.package_folder(name)
        found += [folder, *(place / name for place in host.site_folders())]
        if not host.in_site_packages(folder):
            found.append(folder.parent)
    return found


def _hidden_parts(mounts: Mounts) -> Iterator[Path]:
    """Modules of visible packages that stay away, in each place where the package may lie."""
    for module in mounts.hidden_modules:
        name, *inside = module.split(".")
        for library in [host.package_folder(name), *(p / name for p in host.site_folders())]:
            place = library.joinpath(*inside)
            yield from (place, place.with_name(f"{place.name}.py"))


def _hide(files: Mapping[str, Path], unwanted: list[Path]) -> dict[str, bool]:
    """Where the unwanted files and folders would appear, by whatever name.

    What is shown by itself, such as the students' library in a hidden repository, lies deeper
    and stays.
    """
    found = {}
    for path in unwanted:
        real = Path(os.path.realpath(path))
        for place, source in files.items():
            source = Path(os.path.realpath(source))
            if real.exists() and real.is_relative_to(source) and source.is_dir():
                found[str(Path(place) / real.relative_to(source))] = real.is_dir()
    return found


def _users(private: Path) -> dict[str, Path]:
    """The student, and nobody else, as the system's only users."""
    texts = {
        "/etc/passwd": f"student:x:1000:1000::{HOME}:/bin/sh\n",
        "/etc/group": "student:x:1000:\n",
        "/etc/hosts": "127.0.0.1 localhost room\n",
    }
    made = {}
    for place, text in texts.items():
        made[place] = private / Path(place).name
        made[place].write_text(text)
    return made


def environment(mounts: Mounts) -> dict[str, str]:
    """All of the environment of a kernel; the grader's own stays outside."""
    packages = [host.package_folder(name) for name in mounts.packages]
    wanted = {
        "HOME": HOME,
        "TMPDIR": "/tmp",
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin:/usr/bin:/bin"]),
        # glibc asks for large pages: a training touches fewer of them, and takes a tenth less time.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
    edited = [str(each.parent) for each in packages if not host.in_site_packages(each)]
    if edited:
        wanted["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(edited))
    if sys.prefix != sys.base_prefix:
        wanted["VIRTUAL_ENV"] = sys.prefix
    passed = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "PYTHONUSERBASE")
    wanted |= {name: os.environ[name] for name in passed if name in os.environ}
    return wanted | dict(mounts.environment)
