"""Honest ways to write exercise q-1."""

from __future__ import annotations

import numpy as np
import torch
from autograder.checks.exercise import right_ways
from torch import Tensor

Parts = tuple[Tensor, Tensor | float, Tensor | float, Tensor]


def affine_plain(x: Tensor, bits: int) -> Parts:
    top = 2**bits - 1
    low, high = x.min().clamp(max=0), x.max().clamp(min=0)
    scale = (high - low) / top
    if scale == 0:
        scale = torch.ones_like(scale)
    zero_point = torch.round(-low / scale)
    q = torch.clamp(torch.round(x / scale) + zero_point, 0, top)
    return q, scale, zero_point, (q - zero_point) * scale


def affine_plain_numbers(x: Tensor, bits: int) -> Parts:
    levels = (1 << bits) - 1
    low, high = min(0.0, x.min().item()), max(0.0, x.max().item())
    scale = (high - low) / levels or 1.0
    zero_point = round(-low / scale)  # Python rounds halves to even too
    q = (x / scale).round().add(zero_point).clamp(0, levels).to(torch.int64)
    return q, scale, zero_point, scale * (q - zero_point).to(x.dtype)


def affine_numpy(x: Tensor, bits: int) -> Parts:
    values = x.numpy().astype(np.float64)
    low, high = min(values.min(), 0), max(values.max(), 0)
    scale = (high - low) / (2**bits - 1) if high > low else 1.0
    zero_point = np.rint(-low / scale)
    q = np.clip(np.rint(values / scale) + zero_point, 0, 2**bits - 1)
    restored = torch.from_numpy(scale * (q - zero_point)).to(x.dtype)
    return torch.from_numpy(q), float(scale), float(zero_point), restored


def affine_loop(x: Tensor, bits: int) -> Parts:
    numbers = [float(each) for each in x.flatten()]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    scale = (high - low) / (2**bits - 1)
    scale = scale if scale > 0 else 1.0
    zero_point = round(-low / scale)
    whole = [min(max(round(v / scale) + zero_point, 0), 2**bits - 1) for v in numbers]
    q = torch.tensor(whole).view(x.shape)
    restored = torch.tensor([scale * (w - zero_point) for w in whole], dtype=x.dtype).view(x.shape)
    return q, scale, zero_point, restored


def affine_aminmax(x: Tensor, bits: int) -> Parts:
    low, high = torch.aminmax(torch.cat([x.reshape(-1), x.new_zeros(1)]))
    scale = torch.where(high > low, (high - low) / (2**bits - 1), torch.ones_like(low))
    zero_point = (low / scale).round().neg()
    q = torch.round(x * (1 / scale)) + zero_point
    q = torch.minimum(torch.maximum(q, torch.zeros_like(q)), torch.full_like(q, 2**bits - 1))
    return q.int(), scale, zero_point.int(), torch.sub(q, zero_point).mul(scale)


def affine_clamp_before_shift(x: Tensor, bits: int) -> Parts:
    low, high = -torch.relu(-x).max(), torch.relu(x).max()
    scale = (high - low) / (2**bits - 1)
    scale = scale + (scale == 0).to(scale.dtype)
    zero_point = torch.round(-low / scale)
    steps = torch.round(x / scale).clamp(-zero_point, 2**bits - 1 - zero_point)
    return steps + zero_point, scale, zero_point, steps * scale


def affine_fake_quantise(x: Tensor, bits: int) -> Parts:
    top = 2**bits - 1
    low, high = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    scale = (high - low) / top if high > low else 1.0
    zero_point = int(torch.tensor(-low / scale).round())
    restored = torch.fake_quantize_per_tensor_affine(x.float(), scale, zero_point, 0, top)
    q = torch.round(restored / scale) + zero_point
    return q, scale, zero_point, (q - zero_point).to(x.dtype) * scale


def affine_double(x: Tensor, bits: int) -> Parts:
    q, scale, zero_point, restored = affine_plain(x.double(), bits)
    return q.to(torch.uint8), scale, zero_point, restored.to(x.dtype)


AFFINE = right_ways(
    affine_plain,
    affine_plain_numbers,
    affine_numpy,
    affine_loop,
    affine_aminmax,
    affine_clamp_before_shift,
    affine_fake_quantise,
    affine_double,
)
