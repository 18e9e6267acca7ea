"""A short text that changes when a training would change.

An interrupted training may only be resumed by the same training, and a finished one only be used
again in its place. So both carry a fingerprint of what decides the result: the step with all that
it reaches in the notebook (functions, classes, numbers, lists, tensors, networks), the student's
initial weights, the images, and what the training is run with.

What cannot be looked into, such as a generator that is half used up, gives a fingerprint that never
comes again: the training is done anew, which is slow and never false.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import hashlib
import sys
import sysconfig
import types
import uuid
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kdlab.data import Split
from kdlab.version import __version__

#: What is told by its text alone, and whole.
_PLAIN = (
    int, float, complex, str, bytes, bool, type(None), type(...), range, slice, enum.Enum, Path,
    torch.dtype, torch.device, torch.Size, np.dtype,
)  # fmt: skip
_NAMED = (
    types.BuiltinFunctionType, types.MemberDescriptorType, types.GetSetDescriptorType, np.ufunc,
)  # fmt: skip
_STANDARD = Path(sysconfig.get_path("stdlib")).resolve()


def fingerprint(step: Callable[..., Tensor], model: nn.Module, **facts: object) -> str:
    """Fingerprint of a training, 16 hexadecimal digits.

    Parameters
    ----------
    step : callable
        The training step; what it reaches in the notebook, and in files beside it, is followed.
    model : nn.Module
        The network as it starts.
    **facts
        What else decides the result: epochs, learning rate, seeds, the data's mark, functions.
    """
    return _digest([model, step, facts], ())


def surroundings(step: Callable[..., Tensor], model: nn.Module) -> str:
    """Fingerprint of what a step reaches apart from the network: did the training change it?"""
    return _digest([step], (*model.modules(), *model.parameters()))


def data_mark(split: Split) -> tuple[float, ...]:
    """A few numbers that change when the images of a split, or their order, would change."""
    labels = split.labels * torch.arange(1, len(split) + 1, device=split.labels.device)
    scale = (*split.mean.tolist(), *split.std.tolist())
    return len(split), int(split.images.sum(dtype=torch.int64)), int(labels.sum()), *scale


def _digest(values: list[object], without: tuple[object, ...]) -> str:
    walker = _Walker()
    walker.seen |= {id(each) for each in without}
    walker.plain([__version__, torch.__version__])
    try:
        walker.value(values)
    except Exception:  # an object of a student's may refuse to be looked at, in any way
        walker.plain(uuid.uuid4())
    return walker.digest.hexdigest()[:16]


class _Walker:
    """Feeds a digest with whatever a function's result depends on, each object once."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.seen: set[int] = set()
        self.kept: list[object] = []  # or another object could get the number of one that is gone

    def plain(self, value: object) -> None:
        self.digest.update(repr(value).encode())

    def value(self, value: Any) -> None:
        """Feed one object, and what it holds."""
        self.plain(type(value).__qualname__)
        if isinstance(value, _PLAIN):
            self.plain(value)
            return
        if id(value) in self.seen:
            return
        self.seen.add(id(value))
        self.kept.append(value)
        if hasattr(type(value), "__fingerprint__"):  # it knows best what decides
            self.value(value.__fingerprint__())
        elif hasattr(value, "__wrapped__"):
            self.value(value.__wrapped__)
        elif isinstance(value, types.ModuleType):
            self.module(value)
        elif isinstance(value, functools.partial):
            self.value([value.func, value.args, value.keywords])
        elif isinstance(value, types.MethodType):
            self.value([value.__func__, value.__self__])
        elif isinstance(value, types.FunctionType):
            self.function(value)
        elif isinstance(value, _NAMED):
            self.plain(value.__name__)
        elif isinstance(value, (type, staticmethod, classmethod, property)):
            self.definition(value)
        else:
            self.content(value)

    def content(self, value: Any) -> None:
        """Feed what is no code: a network, numbers, a container, or an object with attributes."""
        if isinstance(value, nn.Module):
            self.network(value)
        elif isinstance(value, Tensor):
            plain = value.detach().cpu().contiguous()
            self.plain((value.dtype, tuple(value.shape)))
            self.digest.update(plain.flatten().view(torch.uint8).numpy().tobytes())
        elif isinstance(value, (np.ndarray, np.generic)):
            self.plain((value.dtype, value.shape))
            self.digest.update(np.ascontiguousarray(value).tobytes())
        elif isinstance(value, torch.Generator):
            self.value(value.get_state())
        elif isinstance(value, Mapping):
            for each in value.items():
                self.value(each)
        elif isinstance(value, Set):
            for text in sorted(_Walker.alone(each) for each in value):
                self.plain(text)
        elif isinstance(value, (list, tuple)):
            self.plain(len(value))
            for each in value:
                self.value(each)
        elif dataclasses.is_dataclass(value) or (hasattr(value, "__dict__") and _is_own(value)):
            self.value(type(value))
            self.value(vars(value))
        elif type(value).__module__.partition(".")[0] in ("torch", "torchvision", "kdlab"):
            self.value(getattr(value, "__dict__", {}))
        else:
            self.plain(uuid.uuid4())

    @staticmethod
    def alone(value: object) -> str:
        """The digest of one object by itself; sets have no order."""
        walker = _Walker()
        walker.value(value)
        return walker.digest.hexdigest()

    def module(self, module: types.ModuleType) -> None:
        """Feed a module's name; of one that lies beside the notebook its source as well."""
        self.plain(module.__name__)
        file = getattr(module, "__file__", None)
        if file and _is_own_file(file):
            self.digest.update(Path(file).read_bytes())

    def definition(self, value: Any) -> None:
        """Feed a class, as far as it is the notebook's own, or what wraps a method."""
        if isinstance(value, (staticmethod, classmethod)):
            self.value(value.__func__)
        elif isinstance(value, property):
            self.value([value.fget, value.fset])
        else:
            self.plain((value.__module__, value.__qualname__))
            if _is_own(value):
                for base in value.__bases__:
                    self.value(base)
                for name, part in sorted(vars(value).items()):
                    mine = not name.startswith(("__", "_abc_"))
                    if mine or isinstance(part, types.FunctionType):
                        self.plain(name)
                        self.value(part)

    def function(self, function: types.FunctionType) -> None:
        """Feed a function's code, its defaults, and what it takes from around it."""
        names = self.code(function.__code__)
        for cell in function.__closure__ or ():
            with_content = cell != types.CellType()
            self.value(cell.cell_contents if with_content else None)
        self.value([function.__defaults__, function.__kwdefaults__])
        # Only the notebook's own functions are followed: libraries do not change in between.
        if _is_own(function):
            for name in sorted(names & function.__globals__.keys()):
                self.plain(name)
                self.value(function.__globals__[name])

    def code(self, code: types.CodeType) -> set[str]:
        """Feed compiled code, nested functions included; returns the names that it uses."""
        self.digest.update(code.co_code + repr(code.co_names).encode())
        names = set(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                names |= self.code(constant)
            elif isinstance(constant, frozenset):
                self.plain(sorted(map(repr, constant)))
            else:
                self.plain(constant)
        return names

    def network(self, network: nn.Module) -> None:
        """Feed a network's structure, its weights, and the code of what is no library's in it."""
        self.plain(network)
        for name, tensor in sorted(network.state_dict().items()):
            self.plain(name)
            self.value(tensor)
        for part in network.modules():
            self.seen.add(id(part))
            self.value(type(part))
            own = {name: value for name, value in vars(part).items() if not name.startswith("_")}
            self.value({name: value for name, value in own.items() if name != "training"})


def _is_own(value: Any) -> bool:
    """Whether a class, a function or an object is the notebook's, or of a file beside it."""
    home = getattr(value, "__module__", None) or type(value).__module__
    if home == "__main__":
        return True
    module = sys.modules.get(home)
    file = getattr(module, "__file__", None)
    return bool(file and home.partition(".")[0] not in ("kdlab", "labkit") and _is_own_file(file))


def _is_own_file(file: str) -> bool:
    """Whether a file belongs to no library that was installed."""
    path = Path(file).resolve()
    installed = {"site-packages", "dist-packages"} & set(path.parts)
    return not installed and not path.is_relative_to(_STANDARD)
