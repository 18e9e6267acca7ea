"""How each method is used on the lecture's two networks: layers, adapters, weights.

A recipe is a function ``(setting, seed, train) -> network``. It makes a student, calls
``train(model, terms)``, where ``terms(model, inputs, labels)`` returns the two terms of the loss
(what the labels say, and what is taught; each may be None), and returns the network that shall be
measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from torch import Tensor, nn

from kdlab.data import Split

if TYPE_CHECKING:
    from kdlab.compare.setting import Setting

Pair = tuple[Tensor | None, Tensor | None]
"""The two terms of a loss."""
Network = TypeVar("Network", bound=nn.Module)
Terms = Callable[[Network, Tensor, Tensor], Pair]


class Train(Protocol):
    """What a recipe calls to train a network in place.

    Attributes
    ----------
    epoch : int
        The epoch that is being trained.
    """

    epoch: int

    def __call__(
        self, model: Network, terms: Terms[Network], split: Split | None = None
    ) -> None: ...


Run = Callable[["Setting", int, Train], nn.Module]
"""A recipe: ``run(setting, seed, train)`` returns the network that shall be measured."""

KINDS = ("baseline", "response", "features", "relations", "schemes", "control")


@dataclass(frozen=True)
class Recipe:
    """A method of the comparison.

    Attributes
    ----------
    name : str
        As in `kdlab.methods`.
    kind : str
        One of `KINDS`.
    run : callable
        See the module.
    cost : float
        Time of a run in multiples of the baseline's, roughly: for plans.
    note : str
        What a reader of the table must know.
    control_of : str
        The method beside which a control stands.
    """

    name: str
    kind: str
    run: Run
    cost: float
    note: str = ""
    control_of: str = ""


RECIPES: dict[str, Recipe] = {}


def recipe(kind: str, cost: float, note: str = "", control_of: str = "") -> Callable[[Run], Run]:
    """Register a function as the recipe of its name."""

    def register(run: Run) -> Run:
        name = run.__name__
        RECIPES[name] = Recipe(name, kind, run, cost, note, control_of)
        return run

    return register


def in_order() -> list[str]:
    """Names of all recipes by kind, each control behind what it controls."""
    names = []
    for kind in KINDS[:-1]:
        for name, each in RECIPES.items():
            if each.kind == kind:
                names.append(name)
                names += [other for other, its in RECIPES.items() if its.control_of == name]
    return names
