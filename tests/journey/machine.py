"""A student's machine: the Python of Colab and little else, and no network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: What Colab has of what a notebook of ours may use. Whatever else this machine has is not there.
COLAB_HAS = (
    *("torch", "torchvision", "numpy", "matplotlib", "scikit-learn"),
    *("ipykernel", "nbclient", "safetensors", "tqdm"),
)


class Machine:
    """A fresh environment with links to those distributions, and a home folder of its own.

    Parameters
    ----------
    folder : Path
        Is made.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        venv.create(folder / "venv", with_pip=True, symlinks=True)
        self.python = folder / "venv" / "bin" / "python"
        links = folder / "linked"
        links.mkdir()
        for name in with_needs(COLAB_HAS):
            for path in top_of(name):
                if not (links / path.name).exists():  # several distributions share "nvidia"
                    (links / path.name).symlink_to(path)
        where = sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")})
        (Path(where) / "colab.pth").write_text(f"{links}\n")

    def run(self, *arguments: str | Path, folder: Path, **settings: str):
        """Run this machine's Python without a network; returns the finished process."""
        wall = ("bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", "--")
        environment = {
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            **settings,
        }
        if "PYTEST_XDIST_WORKER" in os.environ:
            environment["OMP_NUM_THREADS"] = "1"  # two kernels run side by side
        command = [*wall, self.python, *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    def run_all(self, notebook: Path, **settings: str):
        """*Run all*, and save; returns the finished process."""
        script = Path(__file__).with_name("run_all.py")
        return self.run(script, notebook, folder=notebook.parent, **settings)


def machine_or_skip(folder: Path) -> Machine:
    """A machine, where a network can be taken away."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        pytest.skip("Without bubblewrap nothing takes the network away (Debian: bubblewrap).")
    return Machine(folder)


def with_needs(names):
    """These distributions and what they need, by their normalised names."""
    found, waiting = set(), [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        extras = wanted.extras or {""}
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            needed = [Requirement(each) for each in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue  # for another system
        found.add(name)
        for each in needed:
            if not each.marker or any(each.marker.evaluate({"extra": extra}) for extra in extras):
                each.marker = None
                waiting.append(each)
    return found


def top_of(name):
    """What a distribution put into the folder of packages."""
    found = distribution(name)
    tops = {Path(path).parts[0] for path in found.files or ()}
    return [Path(str(found.locate_file(top))) for top in sorted(tops - {"..", "__pycache__"})]
