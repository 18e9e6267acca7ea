"""Honest ways to write exercise 1-4."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from autograder.checks.exercise import right_ways


def accuracy_lecture(model: nn.Module, batches: Any) -> float:
    was_training = model.training
    model.eval()
    correct, total = 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            _, predicted = torch.max(model(inputs).data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    model.train(was_training)
    return correct / total


@torch.no_grad()
def accuracy_decorated(model: nn.Module, batches: Any) -> float:
    before = model.training
    model.eval()
    hits = [model(inputs).argmax(1) == labels for inputs, labels in batches]
    model.train(before)
    return torch.cat(hits).float().mean().item()


def accuracy_inference_mode(model: nn.Module, batches: Any) -> float:
    mode = model.training
    model.train(False)
    correct = total = 0
    with torch.inference_mode():
        for x, y in batches:
            correct += int(model(x).argmax(dim=-1).eq(y).sum())
            total += len(y)
    model.train(mode)
    return float(correct / total)


def accuracy_try_finally(model: nn.Module, batches: Any) -> float:
    was_training = model.training
    try:
        model.eval()
        total, hits = 0, torch.zeros(())
        for inputs, labels in batches:
            with torch.no_grad():
                logits = model(inputs)
            hits += (logits.topk(1).indices.squeeze(1) == labels).sum()
            total += labels.numel()
        return (hits / total).item()
    finally:
        if was_training:
            model.train()


def accuracy_set_grad(model: nn.Module, batches: Any) -> float:
    training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    right, count = 0.0, 0
    for inputs, labels in batches:
        predicted = F.softmax(model(inputs), 1).argmax(1)
        right += (predicted == labels).double().mean().item() * len(labels)
        count += len(labels)
    torch.set_grad_enabled(True)
    model.train(training)
    return right / count


def accuracy_all_at_once(model: nn.Module, batches: Any) -> float:
    if model.training:
        model.eval()
        result = accuracy_all_at_once(model, batches)
        model.train()
        return result
    with torch.no_grad():
        pairs = [(model(inputs), labels) for inputs, labels in batches]
    logits, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    return (logits.numpy().argmax(1) == labels.numpy()).mean()


def accuracy_loop(model: nn.Module, batches: Any) -> float:
    mode = model.training
    model.eval()
    found = []
    with torch.no_grad():
        for inputs, labels in batches:
            for logits, label in zip(model(inputs), labels, strict=True):
                found.append(float(torch.argmax(logits) == label))
    model.train(mode)
    return sum(found) / len(found)


ACCURACY = right_ways(
    accuracy_lecture,
    accuracy_decorated,
    accuracy_inference_mode,
    accuracy_try_finally,
    accuracy_set_grad,
    accuracy_all_at_once,
    accuracy_loop,
)
