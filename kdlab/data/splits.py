"""Images on the device: moved there once as uint8, batched and normalised there as tensors.

>>> data = load_data("digits-m", root)
>>> for inputs, labels in data.train.batches(128, shuffle=True, seed=0):
...     ...  # (128, 3, 32, 32) float32, (128,) int64
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """The images of one purpose: training, validation or test.

    Parameters
    ----------
    images : Tensor, uint8, shape (N, 3, H, W)
    labels : Tensor, int64, shape (N,)
    mean, std : Tensor, float32, shape (3,)
        Of the training images, on a scale of 0 to 1.
    ids : Tensor, int64, shape (N,)
        The number of each image in its data set. No two images share one, whatever their split,
        so an output that is stored under it can never be given to another image.
    """

    images: Tensor
    labels: Tensor
    mean: Tensor
    std: Tensor
    ids: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, n: int) -> Split:
        """The first `n` images, or all of them if there are fewer; they keep their ids."""
        return replace(self, images=self.images[:n], labels=self.labels[:n], ids=self.ids[:n])

    def to(self, device: str | torch.device) -> Split:
        """The same split on another device."""
        return Split(*(getattr(self, field).to(device) for field in self.__dataclass_fields__))

    def batches(
        self,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int = 0,
        channels_last: bool = False,
    ) -> Batches:
        """Batches of this split; see `Batches`."""
        return Batches(self, batch_size, shuffle, seed, channels_last)


class Batches:
    """Normalised batches of a split, as often as one iterates over them.

    Parameters
    ----------
    split : Split
    batch_size : int
        Images in a batch; the last one may be smaller.
    shuffle : bool
        Whether the order is drawn anew in every epoch.
    seed : int
        With `epoch` it decides the order, and nothing else does: not the global generator, not
        how often one iterated before. A resumed training therefore sees the order it would have
        seen.
    channels_last : bool
        Lay the images out as CUDA's convolutions like them.

    Attributes
    ----------
    epoch : int
        Which epoch the next iteration is; the training loop counts it.

    Yields
    ------
    inputs : Tensor, float32, shape (B, 3, H, W)
        With zero mean and unit variance over the training split. Its attribute ``sample_ids``
        holds the ids of its images, int64, shape (B,); ``sample_version`` tells whether the
        images were changed in place since.
    labels : Tensor, int64, shape (B,)
    """

    def __init__(
        self,
        split: Split,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int = 0,
        channels_last: bool = False,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size}: a batch needs at least one image.")
        self.split, self.batch_size, self.shuffle = split, batch_size, shuffle
        self.seed, self.channels_last, self.epoch = seed, channels_last, 0

    def __len__(self) -> int:
        return -(-len(self.split) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        split = self.split
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        # (x / 255 - mean) / std as one product and one sum
        scale = (1 / (255 * split.std)).view(1, 3, 1, 1)
        shift = (-split.mean / split.std).view(1, 3, 1, 1)
        order = self._order()
        for start in range(0, len(split), self.batch_size):
            chosen: slice | Tensor
            if order is None:
                chosen = slice(start, start + self.batch_size)
            else:
                chosen = order[start : start + self.batch_size]
            inputs = split.images[chosen].to(torch.float32, memory_format=layout)  # (B, 3, H, W)
            inputs = inputs.mul_(scale).add_(shift)
            number_images(inputs, split.ids[chosen])
            yield inputs, split.labels[chosen]

    def _order(self) -> Tensor | None:
        if not self.shuffle:
            return None
        # The generator lives on the CPU, so that a GPU trains in the same order.
        key = hashlib.sha256(f"{self.seed} {self.epoch}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(key[:7], "little"))
        return torch.randperm(len(self.split), generator=generator).to(self.split.labels.device)


def number_images(inputs: Tensor, ids: Tensor) -> None:
    """Let images ``(B, 3, H, W)`` say which ones they are: their ids are ``(B,)``."""
    # Attributes that torch's own type does not know.
    inputs.sample_ids = ids  # type: ignore[attr-defined]
    # Changed in place, a tensor counts on; then its ids no longer say what it shows.
    inputs.sample_version = inputs._version  # type: ignore[attr-defined]


def numbers_of_images(inputs: Tensor) -> Tensor | None:
    """The ids of images, ``(B,)``; None if they say none, or were changed in place since."""
    ids: Tensor | None = getattr(inputs, "sample_ids", None)
    if ids is None or inputs._version != getattr(inputs, "sample_version", None):
        return None
    return ids


@dataclass(frozen=True, eq=False)
class ImageData:
    """A data set: its three splits and what describes them.

    Parameters
    ----------
    name : str
        Such as ``"digits-m"``.
    classes : tuple of str
        The name of each label.
    mean, std : Tensor, float32, shape (3,)
        Of the training images, on a scale of 0 to 1.
    train, validation, test : Split
    digest : str
        Hash of images and labels: two data sets with the same one are the same.
    """

    name: str
    classes: tuple[str, ...]
    mean: Tensor
    std: Tensor
    train: Split
    validation: Split
    test: Split
    digest: str

    def to(self, device: str | torch.device) -> ImageData:
        """The same data set on another device."""
        return replace(
            self,
            mean=self.mean.to(device),
            std=self.std.to(device),
            train=self.train.to(device),
            validation=self.validation.to(device),
            test=self.test.to(device),
        )
