"""The command ``autograder calibrate``: measures correct solutions, sets the bars, writes them.

For every seed a network is trained and quantised by the reference functions; then each known
mistake of the exercises, alone among right functions, with a few seeds.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from autograder.checks.exercise import Exercise
from autograder.execution.submission import LocalSubmission
from labkit.judge.case import Fault
from labkit.storage import atomic_write

from quantcourse.end_to_end import stage
from quantcourse.end_to_end.bars import FAILURES, FILE, Bar, set_bar
from quantcourse.end_to_end.grade import Measures, measure
from quantcourse.end_to_end.rebuild import StrangeNetworkError
from quantlab import training

#: What of the mean likeness of correct solutions is needed. A tenth leaves room for mistakes,
#: which lose accuracy and are told so; a network from elsewhere has a likeness of 0 ± 0.01.
LIKENESS = 0.1


@click.command()
@click.option("--seeds", default=32, show_default=True, help="Networks for the correct solutions.")
@click.option("--mistakes", default=3, show_default=True, help="Networks for each known mistake.")
@click.option("--output", type=click.Path(path_type=Path), default=FILE, help="Where to write.")
def calibrate(seeds: int, mistakes: int, output: Path) -> None:
    """Measure what correct solutions reach, and set the bars of q-e.

    Example: autograder calibrate --seeds 32
    """
    torch.set_num_threads(1)
    seen = list(of_correct_solutions(range(seeds)))
    bars = set_bars(seen)
    content = {
        "made_by": f"autograder calibrate --seeds {seeds} --mistakes {mistakes}",
        "hardware": hardware(),
        "schedule": schedule(),
        "bars": {name: asdict(bar) for name, bar in bars.items()},
        "values": {
            name: [round(getattr(each, name), 6) for each in seen]
            for name in ("accuracy", "size", "likeness")
        },
        "mistakes": dict(of_mistakes(range(mistakes), bars)) if mistakes else {},
    }
    with atomic_write(output) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for name, bar in bars.items():
        usual = f"{bar.mean:.4f} ± {bar.spread:.4f}, n = {bar.n}"
        click.echo(f"{name}: {usual}, bar {bar.threshold:.4f}")
    click.echo(output)


def right_names() -> dict[str, Any]:
    """Right functions under the names that a notebook gives them."""
    return {each.name: each.right[0].subject for each in _written()}


def _written() -> list[Exercise]:
    from quantcourse.lab1.exercises import EXERCISES  # which import the grading, which needs bars

    return [each for each in EXERCISES if isinstance(each, Exercise)]


def of_correct_solutions(seeds: Iterable[int]) -> Iterator[Measures]:
    """What right functions come to, network by network.

    Raises
    ------
    RuntimeError
        If they fail: then the references are broken.
    """
    for seed in seeds:
        seen = _try(right_names(), seed)
        if not isinstance(seen, Measures):
            raise RuntimeError(f"The right functions fail with seed {seed}: {seen}.")
        yield seen


def set_bars(seen: list[Measures]) -> dict[str, Bar]:
    """The bars for accuracy and for likeness; that of the size is the budget."""
    likeness = set_bar([each.likeness for each in seen])
    return {
        "accuracy": set_bar([each.accuracy for each in seen]),
        "likeness": replace(likeness, threshold=LIKENESS * likeness.mean),
    }


def of_mistakes(
    seeds: Iterable[int], bars: dict[str, Bar]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each known mistake comes to where all else is right."""
    for exercise in _written():
        for wrong in exercise.wrong:
            found = [_try(right_names() | {exercise.name: wrong.subject}, seed) for seed in seeds]
            measured = [each for each in found if isinstance(each, Measures)]
            passing = [m for m in measured if m.accuracy >= bars["accuracy"].threshold]
            yield f"{exercise.id} {wrong.id}", {
                "n": len(found),
                "no_network": len(found) - len(measured),
                "accuracy": _mean([m.accuracy for m in measured]),
                "size": _mean([m.size for m in measured]),
                "accurate_enough": len(passing),
            }


def _try(names: dict[str, Any], seed: int) -> Measures | Fault | None:
    submission = LocalSubmission(names, seed)
    submission.test_seed = seed
    try:
        return measure(submission)
    except StrangeNetworkError:
        return None


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def hardware() -> dict[str, Any]:
    """Where this was measured."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "date": date.today().isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def schedule() -> dict[str, Any]:
    """What the bars depend on: other values make them worthless."""
    return {
        "training": [training.EPOCHS, training.BATCH, training.RATE],
        "options": list(stage.OPTIONS),
        "average_bits": stage.AVERAGE_BITS,
        "activation_bits": stage.ACTIVATION_BITS,
        "networks": stage.NETWORKS,
        "hidden_digits": [stage.COPIES, stage.NOISE],
        "failures": FAILURES,
        "likeness": LIKENESS,
    }
