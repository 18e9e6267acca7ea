"""Images into splits: what is missing is drawn class by class, and always the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from kdlab.errors import FolderError

SPLITS = ("train", "validation", "test")
TEST_SHARE = 0.2
VALIDATION_SHARE = 0.02
SEED = 10

Members = dict[str, dict[str, list[int]]]  # split -> class -> positions in an array of images
Arrays = dict[str, tuple[Tensor, Tensor]]  # split -> images uint8 (N, 3, 32, 32), labels (N,)


def complete_splits(members: Members) -> Members:
    """Draw the splits that are missing from the training images.

    20 % for the test split, then 2 % for validation, at least one image of each class.

    Raises
    ------
    FolderError
        If a class has too few images for that.
    """
    members = dict(members)
    rng = np.random.RandomState(SEED)
    for split, share in (("test", TEST_SHARE), ("validation", VALIDATION_SHARE)):
        if split in members:
            continue
        kept, drawn = {}, {}
        for label in sorted(members["train"]):
            found = np.array(members["train"][label])
            number = max(1, round(share * len(found)))
            if number >= len(found):
                raise FolderError(
                    f"The class {label!r} has too few images to draw a {split} split and keep one "
                    "for training. Add images or remove the class."
                )
            order = rng.permutation(len(found))
            drawn[label] = found[order[:number]].tolist()
            kept[label] = found[order[number:]].tolist()
        members["train"], members[split] = kept, drawn
    return members


def arrange(members: Members, classes: Sequence[str], pixels: np.ndarray) -> Arrays:
    """Images and labels of each split, in mixed order: the first n are a fair sample.

    Parameters
    ----------
    members : dict
        Positions in `pixels`, by split and class.
    classes : sequence of str
        Their order gives the labels.
    pixels : ndarray, uint8, shape (N, 3, 32, 32)
    """
    rng = np.random.RandomState(SEED)
    arrays: Arrays = {}
    for split in SPLITS:
        counts = [len(members[split][label]) for label in classes]
        chosen = np.concatenate([members[split][label] for label in classes])
        labels = np.repeat(np.arange(len(classes), dtype=np.int64), counts)
        order = rng.permutation(len(chosen))
        arrays[split] = (torch.from_numpy(pixels[chosen[order]]), torch.from_numpy(labels[order]))
    return arrays
