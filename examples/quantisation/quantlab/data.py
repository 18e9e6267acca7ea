"""The handwritten digits of scikit-learn: 1797 images of 8 × 8 pixels, inside the package.

E. Alpaydin, C. Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository. Nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

#: Images for training and for calibration; the others are for testing.
TRAIN, CALIBRATION = 1000, 297
_ORDER = 2026  # seed of the order in which the images are dealt out


@dataclass(frozen=True, eq=False)
class Digits:
    """Images with their labels.

    Attributes
    ----------
    images : Tensor
        (N, 1, 8, 8), float32, −1 (background) to 1 (ink).
    labels : Tensor
        (N,), int64, 0 to 9.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def load_digits(split: str) -> Digits:
    """The images of a split: always the same ones, in the same order.

    Parameters
    ----------
    split : {"train", "calibration", "test"}
        1000, 297 and 500 images.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    first, last = {
        "train": (0, TRAIN),
        "calibration": (TRAIN, TRAIN + CALIBRATION),
        "test": (TRAIN + CALIBRATION, None),
    }.get(split, (None, None))
    if first is None:
        raise ValueError(f"split={split!r} is unknown. Valid: train, calibration, test.")
    pixels, labels = _raw()
    return Digits(as_images(pixels[first:last]), torch.from_numpy(labels[first:last].copy()))


def as_images(pixels: np.ndarray[Any, Any]) -> Tensor:
    """Grey values from 0 to 16, (N, 8, 8), as images from −1 to 1, (N, 1, 8, 8)."""
    return torch.from_numpy((pixels / 8 - 1).astype(np.float32))[:, None]


@lru_cache(maxsize=1)
def _raw() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Grey values (1797, 8, 8) and labels, dealt out in a fixed order."""
    from sklearn.datasets import load_digits as load  # takes a second to import

    found = load()
    order = np.random.RandomState(_ORDER).permutation(len(found.target))
    return found.images[order], found.target[order].astype(np.int64)
