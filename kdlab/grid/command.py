"""``python -m kdlab grid``: trains what a grid still lacks, and keeps each training as it ends."""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from kdlab.command_line import add_data_set, expect_positive, open_data
from kdlab.data import ImageData, Split
from kdlab.evaluation import measures
from kdlab.grid.stored import SHIPPED, Grid, GridError, Point, Row, load_grid, plan, store_grid
from kdlab.methods import soft_targets
from kdlab.models import StudentCNN
from kdlab.teachers import CachedTeacher, load_teacher, remember
from kdlab.teachers.load import to_bytes
from kdlab.training import fit

TEMPERATURES, WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0), (0.1, 0.5, 0.9)
_DIGITS = {"accuracy": 6, "agreement": 6, "kl": 4}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``grid``."""
    parser.add_argument("--seeds", type=int, default=3, help="default: 3")
    parser.add_argument("--epochs", type=int, help="of each student (default: the profile's)")
    add_data_set(parser)
    parser.add_argument("--output", type=Path, default=SHIPPED, help=f"default: {SHIPPED.name}")
    parser.add_argument(
        "--minutes", type=float, help="begin no training after so many; the next call goes on"
    )


def make_grid(arguments: argparse.Namespace) -> Path:
    """Do what the options say; returns the file."""
    started = time.monotonic()
    expect_positive(arguments, "seeds", "epochs", "minutes")
    settings, data = open_data(arguments)
    teacher = load_teacher(data, settings.data_root, settings.profile.teacher_epochs)
    epochs: int = arguments.epochs or settings.profile.student_epochs
    about: dict[str, str | int] = {
        "data": data.name,
        "digest": data.digest[:12],
        "teacher": hashlib.sha256(to_bytes(teacher)).hexdigest()[:12],
        "epochs": epochs,
    }
    path: Path = arguments.output
    grid = _begun(path, about)
    known = remember(teacher, data.train, data.validation, data.test)
    points = list(plan(TEMPERATURES, WEIGHTS, range(arguments.seeds)))
    done = {row.point for row in grid.rows}
    left = [point for point in points if point not in done]
    print(f"{len(points) - len(left)} of {len(points)} trainings are in {path}.", flush=True)
    for number, point in enumerate(left, start=1):
        if arguments.minutes is not None and time.monotonic() - started > 60 * arguments.minutes:
            print(f"{len(left) - number + 1} are left; the same command goes on with them.")
            break
        grid = Grid(about, (*grid.rows, train(point, data, known, epochs)))
        store_grid(grid, path)
        took = (time.monotonic() - started) / number
        print(f"{number}/{len(left)}  {told(grid.rows[-1])}  ({took:.0f} s each)", flush=True)
    return path


def _begun(path: Path, about: dict[str, str | int]) -> Grid:
    """The grid that is to be gone on with; a new one where there is none."""
    if not path.exists():
        return Grid(about)
    grid = load_grid(path)
    if dict(grid.about) != about:
        raise GridError(
            f"{path} holds trainings of {dict(grid.about)}; these would be {about}. "
            "Give another --output, or remove the file."
        )
    return grid


def train(point: Point, data: ImageData, teacher: CachedTeacher, epochs: int) -> Row:
    """Train a student as notebook 2 does, and measure it."""
    torch.manual_seed(point.seed)
    student = StudentCNN(len(data.classes)).to(data.train.images.device)

    def step(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
        logits = model(inputs)  # (N, C)
        loss = point.ce_loss_weight * nn.functional.cross_entropy(logits, labels)
        if point.T is None:
            return loss
        taught = soft_targets(logits, teacher(inputs), T=point.T)
        return loss + point.soft_target_loss_weight * taught

    order = data.train.batches(128, shuffle=True, seed=point.seed)
    fit(step, student, order, epochs=epochs, seed=point.seed, progress=False)
    seen = (_rounded(student, teacher, split) for split in (data.validation, data.test))
    return Row(point.T, *point.cell[1:], point.seed, *seen)


def _rounded(student: nn.Module, teacher: nn.Module, split: Split) -> dict[str, float]:
    """What the student comes to on the images of a split, as it is stored."""
    found = measures(student, teacher, split.batches(500))
    return {name: round(value, _DIGITS[name]) for name, value in found.items()}


def told(row: Row) -> str:
    """A row in one line."""
    place = "no teacher" if row.T is None else f"T={row.T:g}, w={row.soft_target_loss_weight:g}"
    numbers = row.validation
    return (
        f"{place}, ce={row.ce_loss_weight:g}, seed {row.seed}: accuracy {numbers['accuracy']:.1%},"
        f" agreement {numbers['agreement']:.1%}, KL {numbers['kl']:.2f}"
    )
