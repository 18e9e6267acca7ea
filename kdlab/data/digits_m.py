"""``digits-m``: small handwritten digits on photographs, made here and without a network.

Each image is one of scikit-learn's digits, turned, scaled, moved and coloured, and blended over a
random patch of a photograph by the absolute difference, with some noise: the recipe of MNIST-M
(Ganin & Lempitsky 2015) on the smaller digits that every scikit-learn brings along.

Sources: "Optical Recognition of Handwritten Digits" (E. Alpaydin & C. Kaynak 1998, UCI Machine
Learning Repository, CC BY 4.0) as bundled with scikit-learn, 1,797 digits of 8x8 pixels; the
photographs ``china`` (danielbuechele, Flickr) and ``flower`` (vultilion, Flickr), CC BY 2.0, as
bundled with scikit-learn; see ``photos/README.md``.

The bytes are the same on every machine, and `DIGEST` holds them to it:

- all arithmetic is on integers, in fixed point; even sine and cosine come from an integer series,
  because the last bit of a mathematical library's result differs between machines;
- ``np.random.RandomState`` is frozen by NumPy's promise of compatibility (``Generator`` is not);
- the photographs are PNG files of our own: JPEG decoders may round differently.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

CLASSES = tuple("0123456789")
SIZES = {"train": 6000, "validation": 1000, "test": 2000}
DIGEST = "3b02f7966f41ead67b3371f347ca2c6b66917e35046f84dbb846da39aed8692d"

SEED = 1998
SIDE = 32  # pixels of an image
FRAME = 14  # pixels of the padded digit; at zoom 1 it fills the image
MAX_ANGLE = 300  # thousandths of a radian
MIN_ZOOM, MAX_ZOOM = 600, 1100  # thousandths of the frame that the image shows: 600 is larger
MAX_SHIFT = 4  # pixels
MIN_COLOUR = 60
ONE = 1 << 16  # 1.0 in fixed point
CHUNK = 250  # images at a time, so that the working set stays in the processor's cache

# No digit is in two splits, and no part of a photograph: columns [from, to) of each.
DIGITS_OF = {"train": (0, 1197), "validation": (1197, 1397), "test": (1397, 1797)}
COLUMNS_OF = {"train": (0, 448), "validation": (448, 512), "test": (512, 640)}


def build_digits_m() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Make the images and labels of each split.

    Returns
    -------
    dict of str to (images, labels)
        For ``"train"``, ``"validation"`` and ``"test"``: uint8 (N, 3, 32, 32), int64 (N,).
    """
    return {split: build_split(split, SEED + n) for n, split in enumerate(SIZES, start=1)}


def build_split(split: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One split, or other images made of the same digits and photographs.

    Parameters
    ----------
    split : {"train", "validation", "test"}
        Which digits and which part of the photographs.
    seed : int
        How they are turned, scaled, moved, coloured and blended; 0 to 2**32 - 1.

    Returns
    -------
    images, labels : ndarray
        uint8 (N, 3, 32, 32), int64 (N,).
    """
    from sklearn.datasets import load_digits  # takes a second, and only who builds needs it

    digits, targets = load_digits(return_X_y=True)
    digits = digits.reshape(-1, 8, 8).astype(np.int64) * 255 // 16  # (1797, 8, 8), 0..255
    first, last = DIGITS_OF[split]
    size = SIZES[split]
    chosen = np.resize(_shuffled_and_balanced(targets)[first:last], size)  # each about as often
    left, right = COLUMNS_OF[split]
    regions = [_read_photo(name)[:, :, left:right] for name in ("china", "flower")]
    rng = np.random.RandomState(seed)
    images = [
        _compose(digits[chosen[start : start + CHUNK]], regions, rng)
        for start in range(0, size, CHUNK)
    ]
    return np.concatenate(images), targets[chosen].astype(np.int64)


def _shuffled_and_balanced(targets: np.ndarray) -> np.ndarray:
    """A random order of the digits in which every stretch holds all classes, about equally often.

    First come a random 0, 1, ... 9 in random order, then a second one of each, and so on.
    """
    order = np.random.RandomState(SEED).permutation(len(targets))
    shuffled = targets[order]
    turn = np.empty_like(order)  # how many of its class came before
    for label in range(len(CLASSES)):
        of_class = shuffled == label
        turn[of_class] = np.arange(of_class.sum())
    return order[np.argsort(turn, kind="stable")]


def _compose(
    digits: np.ndarray, regions: list[np.ndarray], rng: np.random.RandomState
) -> np.ndarray:
    """Digits (N, 8, 8) on patches of the regions: uint8 (N, 3, 32, 32)."""
    n = len(digits)
    masks = _place(digits, rng)[:, None]  # (N, 1, 32, 32)
    colours = _draw(rng, MIN_COLOUR, 256, (n, 3, 1, 1))
    patches = _patches(regions, n, rng)  # (N, 3, 32, 32)
    blended = np.abs(patches - masks * colours // 255)
    noise = np.frombuffer(rng.bytes(2 * blended.size), np.uint8).reshape(2, *blended.shape)
    noise = (noise[0].astype(np.int32) + noise[1] - 255) // 8  # a triangle of about 13 levels
    images: np.ndarray = np.clip(blended + noise, 0, 255).astype(np.uint8)
    return images


def _place(digits: np.ndarray, rng: np.random.RandomState) -> np.ndarray:
    """Turn, scale and move digits (N, 8, 8) at random: int32 masks (N, 32, 32), 0..255.

    Every pixel of the result is traced back into the frame and read there bilinearly.
    """
    n = len(digits)
    angle = _draw(rng, -MAX_ANGLE, MAX_ANGLE + 1, (n, 1, 1))
    zoom = _draw(rng, MIN_ZOOM, MAX_ZOOM + 1, (n, 1, 1))
    shift_y = _draw(rng, -MAX_SHIFT, MAX_SHIFT + 1, (n, 1, 1))
    shift_x = _draw(rng, -MAX_SHIFT, MAX_SHIFT + 1, (n, 1, 1))
    cosine, sine = (table[angle + MAX_ANGLE] for table in _cosines_and_sines())
    # Twice the distance from the image's centre, so that it is a whole number.
    twice = 2 * np.arange(SIDE, dtype=np.int64) - (SIDE - 1)
    v = twice[:, None] - 2 * shift_y  # (N, 32, 1)
    u = twice[None, :] - 2 * shift_x  # (N, 1, 32)
    scale, centre = FRAME * zoom, (FRAME - 1) * ONE // 2
    y = (cosine * v - sine * u) * scale // (2 * SIDE * 1000) + centre  # (N, 32, 32), fixed point
    x = (sine * v + cosine * u) * scale // (2 * SIDE * 1000) + centre
    return _bilinear(digits, y.astype(np.int32), x.astype(np.int32))


def _bilinear(digits: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Read digits (N, 8, 8), padded to the frame, at fixed-point places of the frame."""
    n, inner = len(digits), digits.shape[1]
    frame = np.zeros((n, FRAME + 2, FRAME + 2), np.int32)  # one ring of zeros to clip to
    first = 1 + (FRAME - inner) // 2
    frame[:, first : first + inner, first : first + inner] = digits
    row, column = np.clip((y >> 16) + 1, 0, FRAME), np.clip((x >> 16) + 1, 0, FRAME)
    down, right = (y >> 8) & 255, (x >> 8) & 255  # 0..255 of 256 towards the next pixel
    place = (np.arange(n, dtype=np.int32)[:, None, None] * (FRAME + 2) + row) * (FRAME + 2) + column
    flat = frame.reshape(-1)
    above = flat[place] * (256 - right) + flat[place + 1] * right
    place += FRAME + 2
    below = flat[place] * (256 - right) + flat[place + 1] * right
    masks: np.ndarray = (above * (256 - down) + below * down) >> 16
    return masks


def _patches(regions: list[np.ndarray], n: int, rng: np.random.RandomState) -> np.ndarray:
    """Cut `n` patches out of the regions, each (3, H, W), at random: int32 (N, 3, 32, 32)."""
    _, height, width = regions[0].shape
    which = _draw(rng, 0, len(regions), (n,))
    top = _draw(rng, 0, height - SIDE + 1, (n,))
    left = _draw(rng, 0, width - SIDE + 1, (n,))
    patches = np.empty((n, 3, SIDE, SIDE), np.int32)
    for i, (r, y, x) in enumerate(zip(which, top, left, strict=True)):
        patches[i] = regions[r][:, y : y + SIDE, x : x + SIDE]
    return patches


def _draw(rng: np.random.RandomState, low: int, high: int, shape: tuple[int, ...]) -> np.ndarray:
    """Whole numbers of [low, high); the dtype is named, because its default is the system's."""
    return rng.randint(low, high, shape, dtype=np.int64)


@cache  # exact fractions take their time
def _cosines_and_sines() -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine of every angle from -MAX_ANGLE to MAX_ANGLE, in fixed point.

    From the first terms of their series in exact fractions; the rest is below 1e-7.
    """
    cosines, sines = [], []
    for thousandths in range(-MAX_ANGLE, MAX_ANGLE + 1):
        a = Fraction(thousandths, 1000)
        cosines.append(round(ONE * (1 - a**2 / 2 + a**4 / 24 - a**6 / 720)))
        sines.append(round(ONE * (a - a**3 / 6 + a**5 / 120)))
    return np.array(cosines, np.int64), np.array(sines, np.int64)


def _read_photo(name: str) -> np.ndarray:
    """One of the embedded photographs: int32 (3, 427, 640)."""
    from PIL import Image

    with Image.open(Path(__file__).with_name("photos") / f"{name}.png") as image:
        return np.asarray(image.convert("RGB")).transpose(2, 0, 1).astype(np.int32)
