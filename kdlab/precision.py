"""Faster arithmetic where it is safe: mixed precision and channels-last memory.

Only the network's forward pass runs in half precision. Its outputs come back in float32, so that
the losses, which students write, never see half-precision probabilities that underflow to zero.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from kdlab.evaluation import Outputs, evaluating


def choose_dtype(device: torch.device) -> torch.dtype | None:
    """The dtype of mixed precision on a device, or None where it does not help.

    On CUDA bfloat16 from compute capability 8.0 on, else float16 (with scaled gradients); on a CPU
    bfloat16 where the processor has instructions for it, else None.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.get_device_capability(device)[0] >= 8 else torch.float16
    if device.type == "cpu" and _cpu_has_bfloat16():
        return torch.bfloat16
    return None


def name_of_precision(device: torch.device) -> str:
    """In which the forward passes of a training on a device are computed, such as ``"float32"``."""
    return str(choose_dtype(device) or torch.float32).removeprefix("torch.")


def _cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 by itself; emulated, it is slower than float32."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return False
    asks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")  # since torch 2.4 and 2.5
    return any(getattr(torch.cpu, ask, lambda: False)() for ask in asks)


@contextmanager
def mixed_precision(model: nn.Module, dtype: torch.dtype | None) -> Iterator[None]:
    """Inside, the forward pass of ``model`` computes in ``dtype`` and returns float32.

    Parameters
    ----------
    model : nn.Module
        The network; its ``forward`` is wrapped inside and given back afterwards.
    dtype : torch.dtype or None
        ``torch.bfloat16`` or ``torch.float16``; None changes nothing.
    """
    if dtype is None:
        yield
        return
    plain_forward = model.forward
    device_type = next(model.parameters()).device.type

    def forward(*args: Any, **kwargs: Any) -> Any:
        with torch.autocast(device_type, dtype=dtype):
            return _in_float32(plain_forward(*args, **kwargs))

    model.forward = forward
    try:
        yield
    finally:
        del model.forward  # the class's own method shows again


def _in_float32(outputs: Any) -> Any:
    """Tensors of half precision, alone or in a tuple, as float32."""
    if isinstance(outputs, Tensor):
        return outputs.float() if outputs.is_floating_point() else outputs
    if isinstance(outputs, tuple):
        return tuple(_in_float32(output) for output in outputs)
    return outputs


def accepts_channels_last(model: nn.Module, inputs: Tensor) -> bool:
    """Whether a forward pass on channels-last images works.

    A network that flattens its maps with ``view`` does not: the values of such a map do not lie in
    memory in the order that ``view`` needs. It is right all the same, and must train.

    Parameters
    ----------
    inputs : Tensor
        A few images, ``(N, 3, H, W)``.
    """
    try:
        with evaluating(model):  # no dropout: the global random state stays as it is
            model(inputs.contiguous(memory_format=torch.channels_last))
    except RuntimeError:
        return False
    return True


def in_channels_last(model: nn.Module, inputs: Tensor) -> Outputs:
    """What a network returns for images, laid out as fast convolutions want them if it allows it.

    The network's weights stay as they are. On a CPU a convolutional network takes half the time.

    Parameters
    ----------
    inputs : Tensor
        Images, ``(N, 3, H, W)``.
    """
    try:
        outputs: Outputs = model(inputs.contiguous(memory_format=torch.channels_last))
    except RuntimeError:  # see `accepts_channels_last`; whatever else it is comes again
        outputs = model(inputs)
    return outputs
