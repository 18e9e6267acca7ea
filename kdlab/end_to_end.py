"""Trains a student network with the notebook's own functions, as the end-to-end exercises ask.

How an exercise trains comes as a plan: plain data, such as

    {"step": "cosine_step", "network": "kdlab.end_to_end:StudentWithHidden", "teacher": "pairs",
     "phases": [{"share": 1.0, "arguments": {"cosine_loss": {"loss": "CosineEmbeddingLoss"},
                                             "hidden_rep_loss_weight": 0.7,
                                             "ce_loss_weight": 0.3}}],
     "rate": 0.004, "warm_up": 0.6}

Here a student network is trained, nowhere is it measured: what it has to reach stays with the
grader. Weights come as arrays and go as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.models import StudentCNN
from kdlab.training import fit, one_cycle
from kdlab.training_set import TrainingSet, read_training_set
from labkit.judge.case import Array, Fault
from labkit.probe.faults import fault_of

BATCH = 128  # images in a step of training

Weights = dict[str, Array]
Plan = Mapping[str, Any]  # see `train_by`


class StudentWithHidden(StudentCNN):
    """The student of lab 3: logits ``(N, C)`` and hidden representation ``(N, 1024)``."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and hidden representation."""
        hidden = self.features(x).flatten(1)  # (N, 1024)
        return self.classifier(hidden), hidden


def pairs_of(maps: Tensor) -> Tensor:
    """Means of neighbouring values of the flattened maps: ``(N, 2048)`` to ``(N, 1024)``."""
    return F.avg_pool1d(maps.flatten(1), 2)


#: Teachers that a step may get, by their names in a plan: all but the first answer with the stored
#: logits, and some with a second output.
TEACHERS: dict[str, Callable[[TrainingSet], nn.Module | None]] = {
    "none": lambda on: None,
    "logits": lambda on: on.teacher(),
    "pairs": lambda on: on.teacher(pairs_of(on.maps)),  # (N, 1024)
    "maps": lambda on: on.teacher(on.maps),  # (N, 32, 8, 8)
}


def train(
    names: Mapping[str, Any], plan: Plan, images: str, start: Weights, seed: int, epochs: int
) -> Weights | Fault:
    """`train_by` for the grader: the images are named by the file of a `TrainingSet`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return train_by(names, plan, read_training_set(images, device), start, seed, epochs)


def train_by(
    names: Mapping[str, Any], plan: Plan, on: TrainingSet, start: Weights, seed: int, epochs: int
) -> Weights | Fault:
    """Train by a plan, from given weights; what the student's code raises is a fault.

    Parameters
    ----------
    names : mapping
        The notebook's names.
    plan : mapping
        ``step``: name of the student's function; ``network``: of the student's class, or
        ``"module:class"`` of the library's that is trained in its place; ``teacher``: a key of
        `TEACHERS`; ``phases``: a list, each with its ``share`` of the epochs and the step's other
        ``arguments`` meanwhile, ``{"loss": "MSELoss"}`` for a loss of `torch.nn`; ``rate``: the
        largest learning rate of each phase; ``warm_up``: the share of each phase, 0 to 1, in which
        the rate rises to it.
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
    written = [name for name in (plan["network"], plan["step"]) if ":" not in name]
    absent = [name for name in written if not callable(names.get(name))]
    if absent:
        return Fault("undefined", {"names": ", ".join(absent)})
    device = on.images.images.device
    try:
        student = _class_of(plan["network"], names)(on.classes).to(device)
        own = match(student, start)
        if own is None:
            return Fault("other_layers", {"name": plan["network"]})
        with torch.no_grad():
            for name, parameter in own.items():
                parameter.copy_(torch.from_numpy(start[name]))
        _train(student, names[plan["step"]], plan, on, seed, epochs)
        return {n: p.detach().float().cpu().contiguous().numpy() for n, p in own.items()}
    except Exception as error:  # whatever the student's code raises, or `fit` on its behalf
        return fault_of(error)


def _class_of(name: str, names: Mapping[str, Any]) -> Callable[[int], nn.Module]:
    """The notebook's class with a name, or the library's that is named with its module."""
    module, colon, attribute = name.partition(":")
    found: Callable[[int], nn.Module]
    found = getattr(import_module(module), attribute) if colon else names[name]
    return found


def _train(
    student: nn.Module, step: Any, plan: Plan, on: TrainingSet, seed: int, epochs: int
) -> None:
    teacher = TEACHERS[plan["teacher"]](on)
    for number, phase in enumerate(plan["phases"]):
        order = seed + 7919 * number  # another order of images in each phase
        fit(
            _loss_by(step, teacher, phase["arguments"]),
            student,
            on.images.batches(BATCH, shuffle=True, seed=order),
            epochs=max(1, round(phase["share"] * epochs)),
            learning_rate=plan["rate"],
            schedule=partial(one_cycle, warm_up=plan["warm_up"]),
            seed=order,
            progress=False,
        )


def _loss_by(
    step: Any, teacher: nn.Module | None, arguments: Mapping[str, Any]
) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
    """The student's step as `fit` calls it; what it gets beside the batch stays the same."""
    given = {name: _built(value) for name, value in arguments.items()}
    ce_loss = nn.CrossEntropyLoss()

    def loss_of(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        if teacher is None:  # as lab 1 calls it: nothing by name, which a student may have changed
            loss: Tensor = step(model, inputs, labels, ce_loss, **given)
        else:
            loss = step(teacher, model, inputs, labels, ce_loss=ce_loss, **given)
        return loss

    return loss_of


def _built(value: Any) -> Any:
    """An argument out of the plan's plain data: a loss is named by its class in `torch.nn`."""
    match value:
        case {"loss": str(name), **options}:
            return getattr(nn, name)(**{str(each): given for each, given in options.items()})
    return value


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
