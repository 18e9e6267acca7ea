"""What each lab's student reached, kept so that later labs can compare."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from kdlab.data import ImageData, Split
from kdlab.evaluation import accuracy, agreement, evaluating
from kdlab.storage import atomic_write


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


def measure(
    name: str, lab: str, model: nn.Module, data: ImageData, teacher: nn.Module | None = None
) -> Result:
    """Measure a network on the test images."""
    batches = data.test.batches(500)
    weights = {key: value.contiguous() for key, value in model.state_dict().items()}
    return Result(
        name=name,
        lab=lab,
        accuracy=accuracy(model, batches),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        size_bytes=len(save(weights)),
        ms_per_image=_milliseconds_per_image(model, data.test),
        agreement=None if teacher is None else agreement(model, teacher, batches),
    )


def _milliseconds_per_image(model: nn.Module, split: Split, repeats: int = 5) -> float:
    """Median over a few batches of 100 images; the first, which warms up, does not count."""
    inputs, _ = next(iter(split.batches(100)))
    wait = torch.cuda.synchronize if inputs.is_cuda else lambda: None
    times = []
    with evaluating(model):
        for _ in range(repeats + 1):
            wait()
            started = time.perf_counter()
            model(inputs)
            wait()
            times.append(time.perf_counter() - started)
    return sorted(times[1:])[repeats // 2] * 1000 / len(inputs)


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
