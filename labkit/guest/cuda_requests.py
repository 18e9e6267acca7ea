"""Requests to be on a GPU: tensors, networks, files, generators. They land on the CPU."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._device import DeviceContext

from labkit.guest import who

CPU = torch.device("cpu")
GPUS = ("cuda", "mps", "xpu")
_IS_CUDA = torch.Tensor.is_cuda.__get__  # type: ignore[attr-defined]
_Truth = Callable[..., Any]


def on_cpu(device: Any) -> Any:
    """The CPU, where a GPU is meant; anything else as it is."""
    if isinstance(device, str):
        name, _, number = device.partition(":")
        return "cpu" if name in GPUS and (not number or number.isdigit()) else device
    if isinstance(device, torch.device):
        return CPU if device.type in GPUS else device
    return CPU if type(device) is int else device  # the number of a GPU


class OnCPU(TorchFunctionMode):
    """While it is active, no function of torch gets to hear of a GPU."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in _OF_A_TENSOR and args and isinstance(args[0], torch.Tensor):
            if name in ("cuda", "pin_memory"):
                return args[0]
            args = (args[0], *map(_place, args[1:]))
        elif name == "__get__" and func == _IS_CUDA:
            return _asked_by_student() or func(*args, **kwargs)
        if kwargs.get("device") is not None:
            kwargs = kwargs | {"device": on_cpu(kwargs["device"])}
        if kwargs.get("pin_memory"):
            kwargs = kwargs | {"pin_memory": False}
        return func(*args, **kwargs)


_OF_A_TENSOR = ("to", "cuda", "type", "pin_memory")


def _place(value: Any) -> Any:
    """An argument of ``to`` or ``type``: a device, or the name of a type."""
    if isinstance(value, str) and value.startswith("torch.cuda."):
        return value.replace("torch.cuda.", "torch.")
    return on_cpu(value)


def _asked_by_student() -> bool:
    """Whether it is the student's own line that came here, through whatever modes are active."""
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_name == "__torch_function__":
        frame = frame.f_back
    return frame is not None and who.is_students(frame)


def redirect() -> None:
    """Let every request land on the CPU, for as long as this process lives."""
    OnCPU().__enter__()  # type: ignore[no-untyped-call]
    nn.Module.to = _with_places(nn.Module.to)  # type: ignore[method-assign]
    nn.Module.cuda = lambda self, device=None: self  # type: ignore[method-assign]
    torch.load = _with_map(torch.load)
    torch.jit.load = _with_map(torch.jit.load)
    torch.set_default_device = _with_places(torch.set_default_device)
    # ``with torch.device("cuda")`` comes here too.
    DeviceContext.__init__ = _with_places(DeviceContext.__init__)  # type: ignore[method-assign]
    types = torch.set_default_tensor_type
    torch.set_default_tensor_type = lambda kind: types(_place(kind))
    torch.Generator = Generator  # type: ignore[misc]
    torch.jit.script = _unless_it_names_a_gpu(torch.jit.script)


def _with_places(function: _Truth) -> _Truth:
    @functools.wraps(function)
    def placed(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("device") is not None:
            kwargs = kwargs | {"device": on_cpu(kwargs["device"])}
        return function(*map(_place, args), **kwargs)

    return placed


def _unless_it_names_a_gpu(script: _Truth) -> _Truth:
    """What is compiled is out of reach; code that names a GPU stays Python, and does the same."""

    @functools.wraps(script)
    def scripted(obj: Any, *args: Any, **kwargs: Any) -> Any:
        named = any(name in source for source in _sources(obj) for name in GPUS)
        return obj if named else script(obj, *args, **kwargs)

    return scripted


def _sources(obj: Any) -> Iterator[str]:
    """The source of a function; of a network, that of the methods of all its parts."""
    kinds = {type(part) for part in obj.modules()} if isinstance(obj, nn.Module) else ()
    for each in [method for kind in kinds for method in vars(kind).values()] or [obj]:
        with contextlib.suppress(OSError, TypeError):
            yield inspect.getsource(each)


def _with_map(load: _Truth) -> _Truth:
    """Reading a file; what was saved on a GPU comes to the CPU, also if nothing is said."""

    @functools.wraps(load)
    def read(f: Any, map_location: Any = None, *rest: Any, **options: Any) -> Any:
        if isinstance(map_location, dict):
            map_location = {each: on_cpu(place) for each, place in map_location.items()}
        elif map_location is None:
            map_location = CPU
        elif not callable(map_location):
            map_location = on_cpu(map_location)
        return load(f, map_location, *rest, **options)

    return read


class _Kind(type(torch.Generator)):  # type: ignore[misc]
    """Every generator is one, also those that were made before."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, torch._C.Generator)


class Generator(torch.Generator, metaclass=_Kind):
    """A generator of the CPU, whatever was asked for."""

    def __new__(cls, device: Any = "cpu") -> Any:
        return torch._C.Generator(on_cpu(device))
