"""Trains a student network with the notebook's own functions, as the end-to-end exercises ask.

Here a student network is trained, nowhere is it measured: what it has to reach stays with the
grader. Weights come as arrays and go as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.models import StudentCNN
from kdlab.training import fit, one_cycle
from kdlab.training_set import TrainingSet, read_training_set
from labkit.judge.case import Array, Fault
from labkit.probe.faults import fault_of

T = 4.0  # lab 2
#: Share of a training in which the learning rate rises. At first so small a network learns nothing
#: for dozens of steps. With a long rise and a short fall, soft targets reach 68.9 % ± 2.1 in six
#: epochs; with a share of 0.3 it was 67.7 % ± 1.9 in eight (`digits-m`, 30 trainings each).
WARM_UP = 0.6

Weights = dict[str, Array]


class StudentWithHidden(StudentCNN):
    """The student of lab 3: logits ``(N, C)`` and hidden representation ``(N, 1024)``."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and hidden representation."""
        hidden = self.features(x).flatten(1)  # (N, 1024)
        return self.classifier(hidden), hidden


def pairs_of(maps: Tensor) -> Tensor:
    """Means of neighbouring values of the flattened maps: ``(N, 2048)`` to ``(N, 1024)``."""
    return F.avg_pool1d(maps.flatten(1), 2)


Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Recipe:
    """How one end-to-end exercise trains.

    Attributes
    ----------
    step : str
        The student's function.
    network : str or class
        Name of the student's class, or the class of `kdlab` that is trained in its place.
    teacher : callable
        From the training set, the teacher that the step gets; None if it gets none.
    phases : tuple of (float, dict)
        Shares of the epochs, and the step's other arguments meanwhile.
    rate : float
        The largest learning rate of each phase, in which it rises and falls: that saves half of
        the epochs.
    """

    step: str
    network: str | type[nn.Module]
    teacher: Callable[[TrainingSet], nn.Module] | None
    phases: tuple[tuple[float, Arguments], ...]
    rate: float = 7e-3


def _cosine_phase(share: float, weight: float) -> tuple[float, Arguments]:
    weights = dict(hidden_rep_loss_weight=weight, ce_loss_weight=1 - weight)
    return share, weights | dict(cosine_loss=nn.CosineEmbeddingLoss())


RECIPES = {
    "1-e": Recipe("baseline_step", "StudentCNN", None, ((1.0, {}),)),
    "2-e": Recipe(
        "knowledge_distillation_step", StudentCNN, lambda on: on.teacher(),
        ((1.0, dict(T=T, soft_target_loss_weight=0.9, ce_loss_weight=0.1)),),
    ),
    # From the start, much weight on the cosine keeps a network from learning so few images at all;
    # at the end it shows in the cosine whether the loss is there.
    "3-e": Recipe(
        "cosine_step", StudentWithHidden, lambda on: on.teacher(pairs_of(on.maps)),
        (_cosine_phase(2 / 3, 0.05), _cosine_phase(1 / 3, 0.7)),
        rate=4e-3,  # with more of it, some seeds hardly get to learn the cosine
    ),
    "4-e": Recipe(
        "regressor_step", "StudentRegressor", lambda on: on.teacher(on.maps),
        ((1.0, dict(feature_map_weight=0.75, ce_loss_weight=0.25, mse_loss=nn.MSELoss())),),
    ),
}  # fmt: skip


def train(
    names: Mapping[str, Any], exercise: str, images: str, start: Weights, seed: int, epochs: int
) -> Weights | Fault:
    """`train_by` for the grader: the images are named by the file of a `TrainingSet`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return train_by(names, exercise, read_training_set(images, device), start, seed, epochs)


def train_by(
    names: Mapping[str, Any],
    exercise: str,
    on: TrainingSet,
    start: Weights,
    seed: int,
    epochs: int,
) -> Weights | Fault:
    """Train as an exercise asks, from given weights; what the student's code raises is a fault.

    Parameters
    ----------
    names : mapping
        The notebook's names.
    exercise : str
        A key of `RECIPES`.
    on : TrainingSet
        Images, and the teacher's outputs.
    start : dict of arrays
        The initial weights, by the names of the released networks' parameters and in their order.
    seed : int
        Of the order of images and of dropout.
    epochs : int
        Passes over the images.

    Returns
    -------
    dict of arrays or Fault
        The trained weights, under the names of ``start``.
    """
    recipe = RECIPES[exercise]
    needed = [name for name in (recipe.network, recipe.step) if isinstance(name, str)]
    absent = [name for name in needed if not callable(names.get(name))]
    if absent:
        return Fault("undefined", {"names": ", ".join(absent)})
    device = on.images.images.device
    try:
        network = recipe.network
        if isinstance(network, str):
            network = names[network]
        student = network(on.classes).to(device)
        own = match(student, start)
        if own is None:
            return Fault("other_layers", {"name": str(recipe.network)})
        with torch.no_grad():
            for name, parameter in own.items():
                parameter.copy_(torch.from_numpy(start[name]))
        _train(student, names[recipe.step], recipe, on, seed, epochs)
        return {n: p.detach().float().cpu().contiguous().numpy() for n, p in own.items()}
    except Exception as error:  # whatever the student's code raises, or `fit` on its behalf
        return fault_of(error)


def _train(
    student: nn.Module, step: Any, recipe: Recipe, on: TrainingSet, seed: int, epochs: int
) -> None:
    ce_loss = nn.CrossEntropyLoss()
    teacher = recipe.teacher(on) if recipe.teacher else None
    for number, (share, arguments) in enumerate(recipe.phases):

        def loss_of(
            model: nn.Module, inputs: Tensor, labels: Tensor, given: Arguments = arguments
        ) -> Tensor:
            if teacher is None:
                return step(model, inputs, labels, ce_loss)
            return step(teacher, model, inputs, labels, ce_loss=ce_loss, **given)

        order = seed + 7919 * number  # another order of images in each phase
        batches = on.images.batches(128, shuffle=True, seed=order)
        passes = max(1, round(share * epochs))
        fit(
            loss_of, student, batches, epochs=passes, learning_rate=recipe.rate,
            schedule=partial(one_cycle, warm_up=WARM_UP), seed=order, progress=False,
        )  # fmt: skip


def match(network: nn.Module, wanted: Mapping[str, Array]) -> dict[str, nn.Parameter] | None:
    """A network's parameters under the names of another one with the same layers.

    Names and order are the student's own. A weight is known by its shape, a bias by the weight of
    its layer, and what is left by its shape and the order in which it was made.

    Returns
    -------
    dict or None
        None where the layers are not the same.
    """
    if not isinstance(network, nn.Module):
        return None
    own = dict(network.named_parameters())
    names = {_role(name, own): name for name in own}
    found = {name: names.get(_role(name, wanted)) for name in wanted}
    left = [name for name in own if name not in found.values()]
    for name in (name for name, other in found.items() if other is None):
        fits = [other for other in left if tuple(own[other].shape) == wanted[name].shape]
        if not fits:
            return None
        found[name] = fits[0]
        left.remove(fits[0])
    taken = {name: own[str(other)] for name, other in found.items()}
    if left or any(tuple(taken[n].shape) != wanted[n].shape for n in wanted):
        return None
    return taken


def _role(name: str, parameters: Mapping[str, Any]) -> tuple[Sequence[int], str]:
    """Shape of the layer's weight, and whether this is the weight or what goes with it."""
    layer, _, kind = name.rpartition(".")
    weight = parameters.get(f"{layer}.weight")
    if kind == "bias" and weight is not None:
        return tuple(weight.shape), "bias"
    return tuple(parameters[name].shape), ""


def weights_of(network: nn.Module) -> Weights:
    """A network's weights as arrays."""
    return {n: p.detach().float().cpu().numpy().copy() for n, p in network.named_parameters()}
