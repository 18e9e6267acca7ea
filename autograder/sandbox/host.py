"""What of this host every kernel must see: the system's libraries, Python, the GPU."""

from __future__ import annotations

import glob
import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path

# The rest of /etc tells who uses this machine and for what.
ETC = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/OpenCL",
)
# torch reads the number of cores here, and complains on stderr if it cannot.
SYS = ("/sys/devices/system/cpu", "/sys/devices/system/node")
# NVIDIA, the same below Windows (WSL), AMD.
GPU_DEVICES = ("/dev/nvidia*", "/dev/dxg", "/dev/kfd", "/dev/dri")
GPU_FILES = ("/proc/driver/nvidia", "/sys/bus/pci", "/sys/devices", "/usr/lib/wsl")


def cores() -> int:
    """The cores that this process may use; of those that Linux alone keeps it from, it tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def system_folders() -> list[Path]:
    """Folders of programs and libraries."""
    names = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
    return [Path(name) for name in names if os.path.isdir(name)]


def system_files() -> list[Path]:
    """What programs read elsewhere to find their libraries, fonts and cores."""
    return [Path(name) for name in ETC + SYS if os.path.exists(name)]


def python_folders() -> list[Path]:
    """This environment and the Python below it (a virtual environment's, pyenv's, conda's)."""
    folders = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    user_site = site.getusersitepackages()
    if site.ENABLE_USER_SITE and os.path.isdir(user_site):
        folders.add(user_site)
    folders |= {os.path.realpath(folder) for folder in folders}
    return sorted(Path(folder) for folder in folders)


def executable_links() -> list[Path]:
    """The links from ``sys.executable`` to the program itself, which may lie anywhere."""
    links: list[Path] = []
    path = Path(sys.executable)
    while path.is_symlink() and len(links) < 40:
        path = path.parent / os.readlink(path)
        links.append(path)
    return links


def gpu_devices() -> list[Path]:
    """Devices of graphics cards; empty where there are none."""
    return [Path(name) for pattern in GPU_DEVICES for name in sorted(glob.glob(pattern))]


def device() -> str:
    """What trainings run on here: ``"gpu"`` or ``"cpu"``."""
    return "gpu" if gpu_devices() else "cpu"


def gpu_files() -> list[Path]:
    """What the drivers of those devices read."""
    return [Path(name) for name in GPU_FILES if os.path.exists(name)] if gpu_devices() else []


def package_folder(name: str) -> Path:
    """Folder of an importable package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"There is no package {name!r} in {sys.prefix}.", name=name)
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def site_folders() -> list[Path]:
    """Where packages are installed that every Python of this environment finds."""
    places = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    places += site.getsitepackages()
    if site.ENABLE_USER_SITE:
        places.append(site.getusersitepackages())
    return sorted({Path(place).resolve() for place in places})


def in_site_packages(folder: Path) -> bool:
    """Whether a package was copied into the environment, not linked from where it is edited."""
    return folder.parent in site_folders()


def font_list() -> dict[Path, str]:
    """matplotlib's list of fonts, and its place below a home folder.

    Without it every kernel would look through all fonts at its first plot, for seconds.
    """
    import matplotlib

    # A private name, so a matplotlib without it costs those seconds and nothing else.
    found = sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
    if not found:
        import matplotlib.font_manager  # which writes it

        found = sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
    return {path: f".cache/matplotlib/{path.name}" for path in found}
