"""Which trained teachers come with the package, and what each of them serves.

This is the one place that says so: whoever loads a teacher, and whoever looks for the bars that
belong to it, asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Shipped:
    """A trained teacher that comes with the package.

    Attributes
    ----------
    file : str
        In ``kdlab/teachers/``.
    sha256 : str
        Of that file.
    data_set : str
        The data set that it is for: its schedules and bars count wherever this teacher serves.
    digests : tuple of str
        Of the images that it serves, see `kdlab.data.ImageData`; those that it was trained on
        come first.
    names : tuple of str
        Data sets that it serves whatever their digest, because the way they are loaded makes sure
        that the images are the right ones.
    """

    file: str
    sha256: str
    data_set: str
    digests: tuple[str, ...]
    names: tuple[str, ...] = ()

    def read(self) -> bytes:
        """The content of its file: half precision, safetensors."""
        return (resources.files("kdlab") / "teachers" / self.file).read_bytes()


SHIPPED = (
    Shipped(
        "digits-m-3b02f7966f41.safetensors",
        "9bbf5dcfc4d840b24586c6eac09ba8d06e92f95df673ca8cb5c880d56e7dbe2e",
        "digits-m",
        ("3b02f7966f41ead67b3371f347ca2c6b66917e35046f84dbb846da39aed8692d",),
    ),
)


def shipped_for(name: str, digest: str) -> Shipped | None:
    """The teacher that serves a data set.

    Parameters
    ----------
    name, digest : str
        Of the `kdlab.data.ImageData`.
    """
    for each in SHIPPED:
        if digest in each.digests or name in each.names:
            return each
    return None


def counts_as(name: str, digest: str) -> str:
    """Name of the data set whose schedules and bars count for these images: mostly their own."""
    found = shipped_for(name, digest)
    return found.data_set if found else name
