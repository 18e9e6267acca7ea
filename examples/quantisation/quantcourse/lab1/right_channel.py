"""Honest ways to write exercise q-2."""

from __future__ import annotations

import numpy as np
import torch
from autograder.checks.exercise import right_ways
from torch import Tensor

Parts = tuple[Tensor, Tensor, Tensor]


def channel_flat(weight: Tensor, bits: int) -> Parts:
    top = 2 ** (bits - 1) - 1
    flat = weight.flatten(1)  # (O, K)
    scales = flat.abs().max(dim=1).values / top
    scales = torch.where(scales > 0, scales, torch.ones_like(scales))
    q = torch.clamp(torch.round(flat / scales[:, None]), -top, top)
    errors = ((flat - q * scales[:, None]) ** 2).mean(dim=1)
    return q.view(weight.shape), scales, errors


def channel_amax(weight: Tensor, bits: int) -> Parts:
    top, dims = 2 ** (bits - 1) - 1, tuple(range(1, weight.ndim))
    scales = weight.abs().amax(dim=dims, keepdim=True).div(top)
    scales = scales.masked_fill(scales == 0, 1.0)
    q = (weight / scales).round()
    return q, scales.flatten(), (weight - q * scales).square().mean(dim=dims)


def channel_loop(weight: Tensor, bits: int) -> Parts:
    top = 2 ** (bits - 1) - 1
    integers, scales, errors = [], [], []
    for channel in weight:
        scale = float(channel.abs().max()) / top or 1.0
        q = torch.round(channel / scale).clamp(-top, top)
        integers.append(q)
        scales.append(scale)
        errors.append(torch.mean((channel - scale * q) ** 2))
    return torch.stack(integers), torch.tensor(scales, dtype=weight.dtype), torch.stack(errors)


def channel_numpy(weight: Tensor, bits: int) -> Parts:
    values = weight.numpy().astype(np.float64)
    flat = values.reshape(values.shape[0], -1)
    top = 2 ** (bits - 1) - 1
    scales = np.max(np.abs(flat), axis=1) / top
    scales[scales == 0] = 1
    q = np.rint(flat / scales[:, None])
    errors = np.var(flat - q * scales[:, None], axis=1)
    errors += np.mean(flat - q * scales[:, None], axis=1) ** 2
    found = q.reshape(values.shape).astype(np.int8), scales, errors
    return tuple(torch.from_numpy(part) for part in found)  # type: ignore[return-value]


def channel_einsum(weight: Tensor, bits: int) -> Parts:
    w = weight.double().reshape(len(weight), -1)
    limit = 2 ** (bits - 1) - 1
    scales = torch.maximum(w.max(1).values, -w.min(1).values) / limit
    scales = scales + (scales == 0)
    q = torch.round(torch.einsum("ok,o->ok", w, 1 / scales)).clamp(-limit, limit)
    rest = w - torch.einsum("ok,o->ok", q, scales)
    return q.reshape(weight.shape).long(), scales, torch.einsum("ok,ok->o", rest, rest) / w.shape[1]


def channel_norm(weight: Tensor, bits: int) -> Parts:
    flat, top = weight.reshape(weight.shape[0], -1), 2 ** (bits - 1) - 1
    scales = torch.linalg.vector_norm(flat, ord=float("inf"), dim=1) / top
    scales[scales == 0] = 1
    q = torch.round(flat.T / scales).T  # (O, K)
    distance = torch.linalg.vector_norm(flat - scales.unsqueeze(1) * q, dim=1)
    return q.view_as(weight), scales, distance**2 / flat.shape[1]


def channel_vmap(weight: Tensor, bits: int) -> Parts:
    top = 2 ** (bits - 1) - 1

    def one(channel: Tensor) -> Parts:
        scale = channel.abs().max() / top
        scale = torch.where(scale == 0, torch.ones_like(scale), scale)
        q = torch.round(channel / scale)
        return q, scale, (channel - q * scale).pow(2).mean()

    found: Parts = torch.vmap(one)(weight)
    return found


def channel_double(weight: Tensor, bits: int) -> Parts:
    q, scales, errors = channel_flat(weight.double(), bits)
    return q.to(torch.int32), scales.to(weight.dtype), errors.to(weight.dtype)


CHANNEL = right_ways(
    channel_flat,
    channel_amax,
    channel_loop,
    channel_numpy,
    channel_einsum,
    channel_norm,
    channel_vmap,
    channel_double,
)
