"""Images of a data set, with what they show and what a model takes them for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from torch import Tensor

from kdlab.plots.figure import DescribedFigure, new_figure
from kdlab.plots.style import BLUE, INK, VERMILION, lab_style, label
from labkit.errors import ConfigurationError

_COLUMNS = 8

Values = Tensor | ArrayLike


def show_samples(
    images: Values, labels: Values, classes: Sequence[str], predictions: Values | None = None
) -> DescribedFigure:
    """A grid of images.

    Parameters
    ----------
    images : uint8 tensor or array, shape (N, 3, H, W)
        Values from 0 to 255.
    labels : int tensor or array, shape (N,)
        Classes of the images.
    classes : sequence of str
        Names of the classes.
    predictions : int tensor or array, shape (N,), optional
        Classes that a model takes them for.

    Returns
    -------
    DescribedFigure
        With a wrong prediction below the class, marked by a frame.
    """
    images, labels = torch.as_tensor(images).cpu(), torch.as_tensor(labels).tolist()
    guesses = None if predictions is None else torch.as_tensor(predictions).tolist()
    _check(images, labels, guesses)
    names = [label(name, f"class {place}", 11) for place, name in enumerate(classes)]
    rows = math.ceil(len(labels) / _COLUMNS)
    columns = min(len(labels), _COLUMNS)
    with lab_style():
        figure = new_figure(max(2.0, 1.05 * columns), (1.3 if guesses is None else 1.45) * rows)
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in panels:
            axes.set_axis_off()
        for place, axes in enumerate(panels):
            if place < len(labels):
                guess = None if guesses is None else guesses[place]
                _image(axes, images[place], names, labels[place], guess)
    figure.describe(*_sentences(labels, guesses))
    return figure


def _check(images: Tensor, labels: list[int], guesses: list[int] | None) -> None:
    if images.ndim != 4 or images.shape[1] != 3 or images.dtype != torch.uint8 or not len(images):
        raise ConfigurationError(
            f"images of shape {tuple(images.shape)} and type {images.dtype} cannot be drawn. "
            "Give uint8 images of shape (N, 3, H, W), at least one."
        )
    for what, values in (("labels", labels), ("predictions", guesses)):
        if values is not None and len(values) != len(images):
            raise ConfigurationError(
                f"There are {len(values)} {what} for {len(images)} images. Give one for each."
            )


def _image(axes: Axes, image: Tensor, names: list[str], true: int, guess: int | None) -> None:
    """One image with its class, and with the wrong class that a model takes it for."""
    axes.imshow(image.permute(1, 2, 0).numpy(), interpolation="nearest")  # (H, W, 3)
    if guess is None:
        axes.set_title(names[true], fontsize=9, pad=3)
        return
    wrong = guess != true
    axes.set_title(
        f"{names[true]}\n" + (f"as {names[guess]}" if wrong else "right"),
        fontsize=8.5,
        pad=4,
        linespacing=1.1,
        color=VERMILION if wrong else INK,
        weight="bold" if wrong else "normal",
    )
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(
            visible=True,
            color=VERMILION if wrong else BLUE,
            linewidth=3 if wrong else 1,
        )


def _sentences(labels: list[int], guesses: list[int] | None) -> tuple[str, str]:
    ko = f"그림: 이미지 {len(labels)}장과 그 class를 나타냅니다."
    en = f"Figure: {len(labels)} images with their classes."
    if guesses is not None:
        right = sum(guess == true for guess, true in zip(guesses, labels, strict=True))
        ko += f" 모델이 맞힌 이미지는 {right}장이고, 틀린 이미지는 굵은 테두리로 표시합니다."
        en += f" The model is right about {right} of them; thick frames mark the others."
    return ko, en
