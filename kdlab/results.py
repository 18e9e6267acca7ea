"""What each lab's student reached, kept so that later labs can compare."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from kdlab.allocation import keep_freed_memory
from kdlab.data import ImageData, Split
from kdlab.evaluation import accuracy, agreement, evaluating, logits_of
from kdlab.precision import in_channels_last
from kdlab.teachers import CachedTeacher
from labkit.storage import atomic_write


@dataclass(frozen=True)
class Result:
    """One trained network in numbers.

    Attributes
    ----------
    name : str
        Shown in tables and charts.
    lab : str
        The notebook that made it.
    accuracy : float
        On the test images, 0 to 1.
    parameters : int
        Number of trainable values.
    size_bytes : int
        Size of its weights on disk (safetensors, float32).
    ms_per_image : float
        Time per image on this device, in milliseconds, in batches of 100.
    agreement : float or None
        Share of test images on which it decides as the teacher does.
    """

    name: str
    lab: str
    accuracy: float
    parameters: int
    size_bytes: int
    ms_per_image: float
    agreement: float | None = None

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        agrees = "" if self.agreement is None else f", agreement {self.agreement:.1%}"
        return (
            f"{self.name}: accuracy {self.accuracy:.1%}{agrees}, {self.parameters:,} parameters,"
            f" {self.ms_per_image:.2g} ms per image"
        )


@dataclass(frozen=True)
class Asked:
    """A network that was asked once about each image of a split.

    Attributes
    ----------
    network : nn.Module
        It.
    known : CachedTeacher
        Answers in its place with the logits that it gave.
    ms_per_image : float
        What it took, in milliseconds: the median of the batches but for the first, which warms up.
    """

    network: nn.Module
    known: CachedTeacher
    ms_per_image: float


def ask(network: nn.Module, split: Split, batch_size: int = 100) -> Asked:
    """Ask a network about each image of a split, in float32, and take the time."""
    cuda = split.images.is_cuda
    if not cuda:
        keep_freed_memory()
    wait: Callable[[], None] = torch.cuda.synchronize if cuda else lambda: None
    times, logits = [], []
    with evaluating(network):
        for inputs, _ in split.batches(batch_size):
            wait()
            started = time.perf_counter()
            logits.append(logits_of(in_channels_last(network, inputs)))
            wait()
            times.append((time.perf_counter() - started) * 1000 / len(inputs))
        known = CachedTeacher(network, (torch.cat(logits),), split.ids)  # which puts it into eval
    return Asked(network, known, statistics.median(times[1:] or times))


def measure(
    name: str, lab: str, asked: Asked, data: ImageData, teacher: nn.Module | None = None
) -> Result:
    """Put a network into numbers that was asked about the test images."""
    batches = data.test.batches(500)
    weights = {key: value.contiguous() for key, value in asked.network.state_dict().items()}
    return Result(
        name=name,
        lab=lab,
        accuracy=accuracy(asked.known, batches),
        parameters=sum(parameter.numel() for parameter in asked.network.parameters()),
        size_bytes=len(save(weights)),
        ms_per_image=asked.ms_per_image,
        agreement=None if teacher is None else agreement(asked.known, teacher, batches),
    )


def store_result(result: Result, folder: Path) -> None:
    """Keep a result; an earlier one of the same name is replaced."""
    with atomic_write(folder / f"{result.lab}--{result.name.replace('/', '-')}.json") as partial:
        partial.write_bytes(json.dumps(asdict(result), indent=1).encode())


def stored_results(folder: Path) -> list[Result]:
    """All results that were kept, in the order of the labs; a damaged one is left out."""
    results = []
    for path in sorted(folder.glob("*.json")):
        try:
            results.append(Result(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError) as error:
            print(f"{path} is damaged and is left out ({error}).")
    return results
