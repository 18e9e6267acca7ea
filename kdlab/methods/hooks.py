"""Features of any network, by the path of the module that makes them.

>>> logits, (feature_map, hidden) = call_with_features(model, inputs, ["features", "classifier.1"])

A path is what ``dict(model.named_modules())`` calls the module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from labkit.errors import ConfigurationError, UnknownNameError


def call_with_features(
    model: nn.Module, inputs: Tensor, paths: Sequence[str]
) -> tuple[Tensor, list[Tensor]]:
    """Call a network, and also return what some of its modules returned.

    Parameters
    ----------
    model : nn.Module
        Student or teacher, in the mode in which it is.
    inputs : Tensor
        What the network takes.
    paths : sequence of str
        Module paths, such as ``"features"`` or ``"layer3.1.conv2"``.

    Returns
    -------
    outputs : Tensor
        What the network returns.
    features : list of Tensor
        What each module returned, in the order of the paths. A module that runs twice is seen as
        it was the last time. A later layer that works in place (``ReLU(inplace=True)``) does not
        change them. Inside mixed precision they come in float32, as the outputs do.

    Raises
    ------
    UnknownNameError
        If the network has no module at a path; the nearest one is offered.
    ConfigurationError
        If a module did not run, or returned something that is not a tensor.
    """
    if isinstance(paths, str):
        raise ConfigurationError(f"paths={paths!r} is one string; give a list: [{paths!r}].")
    modules = dict(model.named_modules())
    seen: dict[str, Tensor] = {}
    handles = []
    try:
        for path in dict.fromkeys(paths):
            if path not in modules:
                raise UnknownNameError("module path", path, [name for name in modules if name])
            handles.append(modules[path].register_forward_hook(_keep_under(path, seen)))
        outputs = model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    for path in paths:
        if path not in seen:
            raise ConfigurationError(
                f"The module {path!r} was not called by the network's forward. "
                "Name a module that is."
            )
    return outputs, [seen[path] for path in paths]


def _keep_under(
    path: str, seen: dict[str, Tensor]
) -> Callable[[nn.Module, tuple[Tensor, ...], object], None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: object) -> None:
        if not isinstance(output, Tensor):
            raise ConfigurationError(
                f"The module {path!r} returned {type(output).__name__}, not a tensor. "
                "Name a module inside it."
            )
        half = output.dtype in (torch.float16, torch.bfloat16)
        # A copy, since the next layer may overwrite the original.
        seen[path] = output.float() if half else output.clone()

    return hook


class WithFeatures(nn.Module):
    """A network that returns its logits and the outputs of some of its modules, in one tuple.

    ``kdlab.remember(WithFeatures(teacher, ["features"]), split)`` keeps them all for each image.

    Parameters
    ----------
    model : nn.Module
        It is wrapped, not copied; its weights and its mode stay its own.
    paths : sequence of str
        See `call_with_features`.
    """

    def __init__(self, model: nn.Module, paths: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.paths = list(paths)
        self.training = model.training

    def forward(self, inputs: Tensor) -> tuple[Tensor, ...]:
        """``(logits, feature, ...)``."""
        outputs, features = call_with_features(self.model, inputs, self.paths)
        return outputs, *features
