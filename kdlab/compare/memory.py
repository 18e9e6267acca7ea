"""How many bytes of tensors live at once: the same measure on a CPU and on a GPU."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class PeakMemory(TorchDispatchMode):
    """Counts, inside a ``with``, the bytes of all tensors that operations make and still hold.

    What was there before (weights, images) does not count; workspaces inside an operation are not
    seen.

    Attributes
    ----------
    bytes : int
        The most that was held at one moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bytes = self._held = 0
        self._known: dict[int, int] = {}

    def __torch_dispatch__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        # A view or an in-place result shares the storage of an argument, perhaps an older one.
        given = {id(each.untyped_storage()) for each in _tensors((args, kwargs))}
        for tensor in _tensors(result):
            storage = tensor.untyped_storage()
            if id(storage) not in self._known and id(storage) not in given:
                self._known[id(storage)] = storage.nbytes()
                self._held += storage.nbytes()
                weakref.finalize(storage, self._released, id(storage))
        self.bytes = max(self.bytes, self._held)
        return result

    def _released(self, key: int) -> None:
        self._held -= self._known.pop(key)


def _tensors(tree: object) -> list[torch.Tensor]:
    leaves = torch.utils._pytree.tree_leaves(tree)
    return [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
