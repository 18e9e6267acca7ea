"""What `labkit.probe.modules` should see of networks that students write: labs 1, 3 and 4."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.checks.exercise import Draw
from autograder.checks.rounding import Array
from kdcourse.references import cnn
from labkit.probe.weights import images_of, weight_of

Shape = tuple[int, ...]


def student_layers(classes: int) -> dict[str, tuple[Shape, Shape]]:
    """Shapes of the weight and the bias of each layer of the student network."""
    return {
        "conv1": ((16, 3, 3, 3), (16,)),
        "conv2": ((16, 16, 3, 3), (16,)),
        "linear1": ((256, 1024), (256,)),
        "linear2": ((classes, 256), (classes,)),
    }


def student_pass(
    draw: Draw, count: int, classes: int, seed: int
) -> tuple[dict[str, Any], dict[str, Any], cnn.Pass]:
    """A pass of images through the student network that leaves no doubt about its gradient.

    Parameters
    ----------
    draw : Draw
        The images are drawn from it until no ReLU and no maximum is near the place where it turns.
    count, classes : int
        Images and classes.
    seed : int
        Of the weights.

    Returns
    -------
    images : dict
        The arguments of `labkit.probe.weights.images_of`.
    weights : dict
        By layer: weight and bias.
    done : Pass
    """
    weights = {
        name: tuple(weight_of(shape, seed) for shape in pair)
        for name, pair in student_layers(classes).items()
    }
    for _ in range(20):  # with the errors of TF32 no images are clear
        images = draw_images(draw, count)
        done = cnn.forward(draw.exact(images_of(**images)), weights)
        if cnn.is_clear(done):
            break
    return images, weights, done


def draw_images(draw: Draw, count: int) -> dict[str, Any]:
    """The arguments of `labkit.probe.weights.images_of` for so many images."""
    return {"shape": [count, 3, 32, 32], "seed": int(draw.labels(1, 10_000)[0])}


def shapes_of_parameters(shapes: Iterable[Shape]) -> Array:
    """As `labkit.probe.modules.layers_of` gives them: sorted, filled up with zeros, (P, 4)."""
    return np.array([[*shape, 0, 0, 0][:4] for shape in sorted(shapes)], dtype=np.float64)


def gradient_products(gradients: Iterable[Any], seed: int) -> dict[str, Any]:
    """As `labkit.probe.modules.gradients_by_shape` gives them: one number for each shape.

    Parameters
    ----------
    gradients : iterable of Rounded
        By each parameter, in its shape.
    seed : int
        Of the parameters' values.
    """
    products: dict[str, Any] = {}
    for gradient in gradients:
        name = "gradient:" + "x".join(map(str, gradient.shape))
        product = np.sum(gradient * weight_of(gradient.shape, seed + 1))
        products[name] = products[name] + product if name in products else product
    return products
