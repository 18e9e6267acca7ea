"""Decoded data sets on disk: built once, by one process, and read in a fraction of a second.

A cache is one safetensors file with the images and labels of all splits. It carries a check
sum of its content, so a damaged one is noticed and rebuilt.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from kdlab.data.partition import SPLITS, Arrays
from kdlab.data.splits import ImageData, Split
from labkit.storage import atomic_write, locked

Build = Callable[[], tuple[tuple[str, ...], Arrays]]


def cached(path: Path, name: str, build: Build) -> ImageData:
    """Read a data set from its cache, or build it and leave a cache behind.

    Parameters
    ----------
    path : Path
        The cache file. It names what was built from what, so a change makes another file.
    name : str
        The data set's name.
    build : callable
        Returns the classes and, for each split, images and labels.
    """
    data = _read_if_whole(path, name)
    if data is not None:
        return data
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a folder that cannot be written works without a cache
            stack.enter_context(locked(path))
        data = _read_if_whole(path, name)  # somebody else may have built it while we waited
        if data is not None:
            return data
        if path.exists():
            print(f"The cache {path.name} is damaged; building it again.")
        return _build(path, name, build)


def assemble(name: str, classes: tuple[str, ...], arrays: Arrays) -> ImageData:
    """Put a data set together; mean and standard deviation are those of its training images."""
    mean, std = channel_statistics(arrays["train"][0])
    return _assemble(name, classes, arrays, mean, std, digest_of(classes, arrays))


def channel_statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per channel of uint8 images (N, 3, H, W), on a scale of 0 to 1.

    From whole-number counts of the 256 values, so that they do not depend on the order of sums.
    """
    values = torch.arange(256, dtype=torch.float64) / 255
    means, stds = [], []
    for channel in range(images.shape[1]):
        counts = torch.bincount(images[:, channel].flatten(), minlength=256).double()
        mean = (counts * values).sum() / counts.sum()
        variance = (counts * (values - mean) ** 2).sum() / counts.sum()
        means.append(mean)
        # A channel without any variation stays zero instead of becoming NaN.
        stds.append(variance.sqrt() if variance > 0 else torch.ones((), dtype=torch.float64))
    return torch.stack(means).float(), torch.stack(stds).float()


def digest_of(classes: tuple[str, ...], arrays: Arrays) -> str:
    """SHA-256 of the classes and of all images and labels, as a hexadecimal text."""
    digest = hashlib.sha256(json.dumps(classes).encode())
    for split in SPLITS:
        for tensor in arrays[split]:
            digest.update(f"{split} {tuple(tensor.shape)}".encode())
            digest.update(_bytes(tensor))
    return digest.hexdigest()


def _checksum(about: dict[str, str], tensors: dict[str, Tensor]) -> str:
    """CRC-32 of a cache: finds damage several times as fast as the digest does."""
    crc = zlib.crc32((about["classes"] + about["digest"]).encode())
    for name in sorted(tensors):
        crc = zlib.crc32(_bytes(tensors[name]), crc)
    return f"{crc:08x}"


def _bytes(tensor: Tensor) -> memoryview:
    return tensor.contiguous().numpy().data.cast("B")


def _build(path: Path, name: str, build: Build) -> ImageData:
    classes, arrays = build()
    data = assemble(name, classes, arrays)
    tensors = {"mean": data.mean, "std": data.std}
    for split, (images, labels) in arrays.items():
        tensors[f"{split}.images"], tensors[f"{split}.labels"] = images, labels
    about = {"classes": json.dumps(classes), "digest": data.digest}
    about["checksum"] = _checksum(about, tensors)
    try:
        with atomic_write(path) as partial:
            save_file(tensors, partial, metadata=about)
            partial.chmod(0o644)  # safetensors makes it private, but a class may share its cache
    except (OSError, SafetensorError) as error:  # the data are there, only the next start is slower
        print(f"The cache {path} could not be written ({error}); going on without it.")
    return data


def _read_if_whole(path: Path, name: str) -> ImageData | None:
    """The data set of a cache, or None if there is no cache or it is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        if _checksum(about, tensors) != about["checksum"]:
            return None
        arrays = {s: (tensors[f"{s}.images"], tensors[f"{s}.labels"]) for s in SPLITS}
    except (OSError, SafetensorError, KeyError):
        return None
    classes = tuple(json.loads(about["classes"]))
    return _assemble(name, classes, arrays, tensors["mean"], tensors["std"], about["digest"])


def _assemble(
    name: str,
    classes: tuple[str, ...],
    arrays: Arrays,
    mean: Tensor,
    std: Tensor,
    digest: str,
) -> ImageData:
    splits, first = {}, 0
    for split in SPLITS:
        images, labels = arrays[split]
        ids = torch.arange(first, first + len(labels))
        splits[split] = Split(images, labels, mean, std, ids)
        first += len(labels)
    return ImageData(name, classes, mean, std, digest=digest, **splits)
