"""How much is computed, and on what: three profiles, and the settings that choose among them.

========== ============== ========= ========= =========================================
profile    data set       student   teacher   meant for
========== ============== ========= ========= =========================================
fast       digits-m       20 epochs 16 epochs a laptop, or any machine without a GPU
full       cifar10        10 epochs 10 epochs a GPU: the lecture's own setting
grading    digits-m       2 epochs  16 epochs the autograder, which trains by itself; a
                                              notebook itself sees 384 training images and
                                              100 of each other split
========== ============== ========= ========= =========================================

Environment variables choose: ``KDLAB_PROFILE``, ``KDLAB_DATASET``, ``KDLAB_DATA_ROOT`` and
``KDLAB_DATA_URL`` (an own mirror of CIFAR-10).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import ConfigurationError, UnknownNameError


@dataclass(frozen=True)
class Profile:
    """How much is computed.

    Attributes
    ----------
    name : str
        ``"fast"``, ``"full"`` or ``"grading"``.
    dataset : str
        The data set that is used unless ``KDLAB_DATASET`` names another.
    train_images : int or None
        How many training images a notebook's own trainings use; None: all.
    held_out_images : int or None
        On how many validation and on how many test images a notebook measures; None: all.
    student_epochs, teacher_epochs, sweep_epochs : int
        Passes over the training images: of a student, of a teacher, and of each of the many
        students that an explore notebook trains.
    """

    name: str
    dataset: str
    train_images: int | None
    held_out_images: int | None
    student_epochs: int
    teacher_epochs: int
    sweep_epochs: int


PROFILES = {
    "fast": Profile("fast", "digits-m", None, None, 20, 16, 8),
    "full": Profile("full", "cifar10", None, None, 10, 10, 5),
    "grading": Profile("grading", "digits-m", 384, 100, 2, 16, 1),
}


@dataclass(frozen=True)
class Settings:
    """What the environment asks for; see the module's docstring.

    Attributes
    ----------
    profile : Profile
        How much is computed.
    dataset : str
        Name of the data set, or ``"folder:PATH"``.
    data_root : Path
        Where downloads, caches, teachers and checkpoints are kept.
    data_url : str or None
        An own mirror of the CIFAR-10 archive.
    """

    profile: Profile
    dataset: str
    data_root: Path
    data_url: str | None = None


def read_settings(cuda: bool, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    Parameters
    ----------
    cuda : bool
        Whether there is a GPU: decides the default profile, ``full`` with one and ``fast`` without.
    environ : mapping, default ``os.environ``
        The variables.

    Raises
    ------
    UnknownNameError
        If ``KDLAB_PROFILE`` is not the name of a profile.
    ConfigurationError
        If ``KDLAB_DATA_ROOT`` names something that is not a folder.
    """
    name = environ.get("KDLAB_PROFILE") or ("full" if cuda else "fast")
    if name not in PROFILES:
        raise UnknownNameError("KDLAB_PROFILE", name, PROFILES)
    profile = PROFILES[name]
    root = Path(environ.get("KDLAB_DATA_ROOT") or _default_data_root()).expanduser().resolve()
    if root.exists() and not root.is_dir():
        raise ConfigurationError(
            f"KDLAB_DATA_ROOT={str(root)!r} is a file. Name a folder; it is made if it is missing."
        )
    return Settings(
        profile=profile,
        dataset=_absolute(environ.get("KDLAB_DATASET") or profile.dataset),
        data_root=root,
        data_url=environ.get("KDLAB_DATA_URL") or None,
    )


def training_sets(settings: Settings) -> Path:
    """The folder of what end-to-end checks train on, and of nothing else; made if it is missing."""
    folder = settings.data_root / "training-sets"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _absolute(dataset: str) -> str:
    """Make ``folder:PATH`` independent of the working folder, looking for PATH from the project.

    A notebook runs in its own folder; a relative path is meant from where the command was given,
    or from the project's root. The first place that has it wins.
    """
    kind, colon, path = dataset.partition(":")
    if kind != "folder" or not colon or Path(path).is_absolute():
        return dataset
    for base in (Path.cwd(), *Path.cwd().parents):
        if (base / path).exists():
            return f"folder:{(base / path).resolve()}"
    return dataset


def _default_data_root() -> Path:
    """The project's ``data/`` if we are somewhere below it, else a folder in the user's home."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "data" / "README.md").is_file() and (folder / "pyproject.toml").is_file():
            return folder / "data"
    return Path.home() / ".cache" / "kdlab"
