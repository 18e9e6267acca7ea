"""Data sets by name: ``digits-m``, ``cifar10`` and any folder or archive of images.

>>> data = load_data("digits-m", root=Path("data"))
>>> data.train.images.shape
torch.Size([6000, 3, 32, 32])
"""

from __future__ import annotations

from pathlib import Path

import torch

from kdlab.data.cache import cached
from kdlab.data.folder import load_folder
from kdlab.data.partition import Arrays
from kdlab.data.splits import Batches, ImageData, Split
from labkit.errors import UnknownNameError

__all__ = ["NAMES", "Batches", "ImageData", "Split", "digits_m_cache", "load_data"]

NAMES = ("digits-m", "cifar10", "folder:PATH")


def load_data(
    name: str, root: str | Path, device: str | torch.device = "cpu", url: str | None = None
) -> ImageData:
    """Load a data set and move it to the device.

    Parameters
    ----------
    name : str
        ``"digits-m"``, ``"cifar10"``, or ``"folder:PATH"`` with the path of a tree of images or of
        a tar archive of one.
    root : str or Path
        Folder for downloads and caches.
    device : str or torch.device
        Where the images shall live.
    url : str, optional
        An own mirror of the CIFAR-10 archive; the public ones are then not asked.

    Raises
    ------
    UnknownNameError
        If there is no data set of that name.
    DownloadError
        If CIFAR-10 is not there and cannot be downloaded; ``"digits-m"`` always works.
    FolderError, ArchiveError
        If the folder or archive does not hold what a data set needs.
    """
    root = Path(root)
    if name == "digits-m":
        return _load_digits_m(root).to(device)
    if name == "cifar10":
        # torchvision takes one to two seconds to import, and nothing else here needs it.
        from kdlab.data.cifar10 import load_cifar10

        return load_cifar10(root, url).to(device)
    if name.startswith("folder:") and name != "folder:":
        return load_folder(Path(name.removeprefix("folder:")), root / "cache").to(device)
    raise UnknownNameError("data set", name, NAMES)


def digits_m_cache(root: Path) -> Path:
    """The file below a root that ``digits-m`` is read from, once it was built there."""
    from kdlab.data import digits_m

    return root / "cache" / f"digits-m-{digits_m.DIGEST[:12]}.safetensors"


def _load_digits_m(root: Path) -> ImageData:
    from kdlab.data import digits_m

    def build() -> tuple[tuple[str, ...], Arrays]:
        made = digits_m.build_digits_m()
        tensors = {
            split: (torch.from_numpy(images), torch.from_numpy(labels))
            for split, (images, labels) in made.items()
        }
        return digits_m.CLASSES, tensors

    return cached(digits_m_cache(root), "digits-m", build)
