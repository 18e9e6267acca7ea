"""Augmented images whose teacher outputs can be remembered, since the augmentation repeats itself.

A free augmentation never shows an image twice in the same way, so that nothing a teacher said about
it can be used again. Here each image has a fixed number of views. The random state of a view
follows from the seed, the image's number and the view's number, and from nothing else: not from the
batch in which the image comes, its place there, or the epoch.

>>> views = Views(augment, count=4)
>>> teacher = remember(teacher, *views.of(data.train))
>>> fit(step, student, data.train.batches(shuffle=True), augment=views, epochs=10)
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

import torch
from torch import Tensor

from kdlab.data import Split
from kdlab.data.splits import number_images, numbers_of_images
from kdlab.training import Augmentation
from labkit.errors import ConfigurationError

# Ids of views must differ from the ids of images, and from those of other `Views`.
_ROOM = 2**32
_numbers = itertools.count(1)


class Views:
    """An augmentation with a fixed number of views of each image.

    Parameters
    ----------
    augment : callable
        ``augment(inputs, generator)`` changes images ``(1, 3, H, W)``; all of its chance must come
        from the generator.
    count : int, default 4
        Views of each image. The teacher is asked about all of them, so ``count`` epochs or fewer
        are not worth it.
    seed : int, default 0
    """

    def __init__(self, augment: Augmentation, count: int = 4, seed: int = 0) -> None:
        if count < 1:
            raise ConfigurationError(f"count={count!r}: an image needs at least one view.")
        self.augment, self.count, self.seed = augment, count, seed
        self._number = next(_numbers)

    def __call__(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        """One view of each image, chosen by ``generator``: what `kdlab.fit` calls.

        Raises
        ------
        ConfigurationError
            If the images do not carry their numbers, as those of `Split.batches` do.
        """
        return self.show(inputs, torch.randint(self.count, (len(inputs),), generator=generator))

    def show(self, inputs: Tensor, chosen: Tensor) -> Tensor:
        """These views of a batch of `Split.batches`, with numbers of their own.

        Parameters
        ----------
        inputs : Tensor
            ``(N, 3, H, W)``.
        chosen : Tensor
            Which view of each, int64, ``(N,)``, from 0.

        Raises
        ------
        ConfigurationError
            If the images do not carry their numbers.
        """
        ids = numbers_of_images(inputs)
        if ids is None:
            raise ConfigurationError(
                "These images do not say which ones they are, so that their views are unknown. "
                "Give a batch of `Split.batches`, as it comes."
            )
        pairs = zip(ids.tolist(), chosen.tolist(), strict=True)
        shown = torch.cat(
            [
                self.augment(inputs[place : place + 1], self._generator(image, view))
                for place, (image, view) in enumerate(pairs)
            ]
        )
        number_images(shown, self._ids(ids, chosen.to(ids.device)))
        return shown

    def of(self, split: Split) -> list[ViewedSplit]:
        """All views of a split's images, one split for each, for `kdlab.remember`."""
        return [ViewedSplit(self, split, view) for view in range(self.count)]

    def _generator(self, image: int, view: int) -> torch.Generator:
        """The random state of a view, the same whenever it is shown."""
        key = hashlib.sha256(f"{self.seed} {image} {view}".encode()).digest()
        return torch.Generator().manual_seed(int.from_bytes(key[:7], "little"))

    def _ids(self, ids: Tensor, chosen: Tensor) -> Tensor:
        return (self._number * _ROOM + ids) * self.count + chosen


class ViewedSplit:
    """One view of each image of a split; batches come as those of `Split` do."""

    def __init__(self, views: Views, split: Split, view: int) -> None:
        self.views, self.split, self.view = views, split, view
        self.images = split.images
        self.ids = views._ids(split.ids, torch.full_like(split.ids, view))

    def batches(self, batch_size: int = 128) -> Iterator[tuple[Tensor, Tensor]]:
        """``(inputs, labels)`` in the split's order."""
        for inputs, labels in self.split.batches(batch_size):
            yield self.views.show(inputs, torch.full((len(labels),), self.view)), labels
