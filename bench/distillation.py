"""One training step of soft-target distillation: what the teacher costs.

    make bench                                            or
    KDLAB_DATASET=folder:images.tar.xz python bench/distillation.py

The teacher is frozen, so that its outputs can be computed in half precision, where the hardware has
it, or once for all epochs (`kdlab.remember`). Beside them: the student alone, which no distillation
can be faster than.
"""

from __future__ import annotations

from contextlib import nullcontext

import click
import torch
from timing import alternate, load, show
from torch import nn

import kdlab
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.precision import choose_dtype, mixed_precision
from kdlab.teachers.train import freeze

T = 4.0


def distillation_loss(student_logits, teacher_logits, labels):
    """The lecture's loss."""
    soft = nn.functional.kl_div(
        (student_logits / T).log_softmax(-1),
        (teacher_logits / T).softmax(-1),
        reduction="batchmean",
    )
    return 0.25 * T**2 * soft + 0.75 * nn.functional.cross_entropy(student_logits, labels)


def train_steps(student: nn.Module, teacher: nn.Module | None, batches: list) -> None:
    """One update for each batch."""
    optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
    student.train()
    for inputs, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        logits = student(inputs)
        if teacher is None:
            loss = nn.functional.cross_entropy(logits, labels)
        else:
            with torch.no_grad():
                teacher_logits = teacher(inputs)
            loss = distillation_loss(logits, teacher_logits, labels)
        loss.backward()
        optimizer.step()


@click.command()
@click.option("--repeats", default=7, show_default=True)
@click.option("--steps", default=20, show_default=True, help="Steps in a measurement.")
def main(repeats: int, steps: int) -> None:
    """Time a distillation step with four kinds of teacher."""
    data = load()
    device, classes = data.train.images.device, len(data.classes)
    teacher = freeze(TeacherCNN(classes).to(device))  # its weights do not change its speed
    split = data.train.subset(128 * steps)
    batches = list(split.batches(128))
    cached = kdlab.remember(teacher, split)
    dtype = choose_dtype(device)
    half = "teacher in mixed precision"
    note = f"{half} ({str(dtype).removeprefix('torch.')})" if dtype else f"{half}: no gain here"

    def work(kind, precision=None):
        student = StudentCNN(classes).to(device)

        def run():
            with mixed_precision(teacher, precision) if precision else nullcontext():
                train_steps(student, kind, batches)

        return run

    ways = {"teacher in float32": work(teacher), note: work(teacher, dtype)}
    ways |= {"teacher's outputs remembered": work(cached), "student alone": work(None)}
    times = alternate(ways, repeats)
    title = f"One step of soft-target distillation, 128 images · {data.name}"
    show(title, times, "teacher in float32", unit=len(batches))


if __name__ == "__main__":
    main()
