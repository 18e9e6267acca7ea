"""Decoded data sets on disk: built once, by one process, and read in a fraction of a second.

A cache is one safetensors file with the images and labels of all splits. It carries a hash of its
content, so a damaged one is noticed and rebuilt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from kdlab.data.splits import ImageData, Split
from kdlab.storage import atomic_write, locked

SPLITS = ("train", "validation", "test")
Arrays = dict[str, tuple[Tensor, Tensor]]  # split -> images uint8 (N, 3, 32, 32), labels (N,)


def cached(path: Path, name: str, build: Callable[[], tuple[tuple[str, ...], Arrays]]) -> ImageData:
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
    if not path.exists():
        with locked(path):
            if not path.exists():  # nobody else built it while we waited
                return _build(path, name, build)
    try:
        return _read(path, name)
    except (SafetensorError, ValueError, KeyError, OSError) as error:
        print(f"The cache {path.name} is damaged ({error}); building it again.")
    with locked(path):
        try:
            return _read(path, name)  # somebody else may have mended it while we waited
        except (SafetensorError, ValueError, KeyError, OSError):
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
            digest.update(memoryview(tensor.contiguous().numpy()).cast("B"))
    return digest.hexdigest()


def _build(path: Path, name: str, build: Callable[[], tuple[tuple[str, ...], Arrays]]) -> ImageData:
    classes, arrays = build()
    data = assemble(name, classes, arrays)
    tensors = {"mean": data.mean, "std": data.std}
    for split, (images, labels) in arrays.items():
        tensors[f"{split}.images"], tensors[f"{split}.labels"] = images, labels
    about = {"classes": json.dumps(classes), "digest": data.digest}
    try:
        with atomic_write(path) as partial:
            save_file(tensors, partial, metadata=about)
            partial.chmod(0o644)  # safetensors makes it private, but a class may share its cache
    except (OSError, SafetensorError) as error:  # the data are there, only the next start is slower
        print(f"The cache {path} could not be written ({error}); going on without it.")
    return data


def _read(path: Path, name: str) -> ImageData:
    with safe_open(path, framework="pt") as file:
        about = file.metadata() or {}
        classes = tuple(json.loads(about["classes"]))
        arrays = {
            split: (file.get_tensor(f"{split}.images"), file.get_tensor(f"{split}.labels"))
            for split in SPLITS
        }
        mean, std = file.get_tensor("mean"), file.get_tensor("std")
    if digest_of(classes, arrays) != about["digest"]:
        raise ValueError("its content does not match its checksum")
    return _assemble(name, classes, arrays, mean, std, about["digest"])


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
