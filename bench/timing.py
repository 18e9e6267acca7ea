"""Timing of alternatives, one after the other and again, so that a busy moment hits all of them."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable

import torch
from rich.console import Console
from rich.table import Table

from kdlab.data import ImageData, load_data
from kdlab.profiles import read_settings


def load() -> ImageData:
    """The data set of ``KDLAB_DATASET`` (default digits-m), on the GPU if there is one."""
    settings = read_settings(cuda=False)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return load_data(settings.dataset, settings.data_root, device, url=settings.data_url)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, the GPU's queue included."""
    _wait_for_gpu()
    started = time.perf_counter()
    work()
    _wait_for_gpu()
    return time.perf_counter() - started


def alternate(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Time each way `repeats` times in turn, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, work in ways.items():
            spent = seconds(work)
            if turn:
                times[name].append(spent)
    return times


def show(title: str, times: dict[str, list[float]], baseline: str, unit: float = 1.0) -> None:
    """Print medians, ranges, and how many times faster than the baseline each way is.

    Parameters
    ----------
    title : str
    times : dict
        What `alternate` measured.
    baseline : str
        The way that the others are compared with.
    unit : float, default 1.0
        Seconds are divided by it, such as the number of steps in a measurement.
    """
    table = Table(title=title, title_justify="left")
    table.add_column("way")
    for column in ("median", "fastest", "slowest", "times faster"):
        table.add_column(column, justify="right")
    reference = statistics.median(times[baseline])
    for name, spent in times.items():
        shown = [_readable(value / unit) for value in (statistics.median(spent), *_range(spent))]
        table.add_row(name, *shown, f"{reference / statistics.median(spent):.2f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"{len(times[baseline])} repeats in turn · {hardware()}\n", highlight=False)


def hardware() -> str:
    """What it was measured on."""
    where = f"CPU, {torch.get_num_threads()} threads, {platform.machine()}"
    if torch.cuda.is_available():
        where = torch.cuda.get_device_name()
    return f"{where} · Python {platform.python_version()}, torch {torch.__version__}"


def _range(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def _readable(value: float) -> str:
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.2f} ms"


def _wait_for_gpu() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
