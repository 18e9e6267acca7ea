"""An epoch of every method of `kdlab.methods` beside an epoch of plain cross-entropy.

    make bench                                            or
    python bench/methods.py soft_targets hint --images 10000

Each method is trained as `python -m kdlab compare` trains it, in turn with the plain student, so
that a busy moment hits both. What is done once for all epochs (asking the teacher, training a
paraphraser or assistants, making images) is not counted. Soft targets of a remembered teacher may
cost 1.5 times the plain epoch: the last line says whether they do.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from timing import alternate, hardware, load

from kdlab.compare.recipes import RECIPES, in_order
from kdlab.compare.setting import Setting
from kdlab.compare.summary import BASELINE
from kdlab.data import ImageData
from kdlab.models import TeacherCNN
from kdlab.teachers.train import freeze
from kdlab.training import fit

ALLOWED = 1.5  # times plain cross-entropy, for soft targets of a remembered teacher


class Seen:
    """Stands in for the training: keeps what a recipe would have trained, and how."""

    epoch = 0

    def __call__(self, model, terms, split=None) -> None:
        self.model, self.terms, self.split = model, terms, split


def epoch_of(method: str, setting: Setting) -> Callable[[], object]:
    """What one epoch of a method does, all preparations done."""
    seen = Seen()
    RECIPES[method].run(setting, 0, seen)

    def step(model, inputs, labels):
        return sum(term for term in seen.terms(model, inputs, labels) if term is not None)

    batches = (seen.split or setting.data.train).batches(128, shuffle=True)
    seen.model.requires_grad_()  # a generation is frozen when it is done
    return lambda: fit(step, seen.model, batches, epochs=1, progress=False)


def smaller(data: ImageData, images: int) -> ImageData:
    """The same data with fewer images, so that an epoch is shorter."""
    few = data.validation.subset(min(images, len(data.validation)))
    return replace(data, train=data.train.subset(images), validation=few)


@click.command()
@click.argument("methods", nargs=-1, type=click.Choice(in_order()))
@click.option("--repeats", default=3, show_default=True)
@click.option("--images", default=2000, show_default=True, help="Of an epoch.")
def main(methods: tuple[str, ...], repeats: int, images: int) -> None:
    """Time an epoch of all METHODS, or of some, each in turn with the plain one."""
    data = smaller(load(), images)
    device = data.train.images.device
    teacher = freeze(TeacherCNN(len(data.classes)).to(device))  # its weights do not matter here
    table = Table(
        title=f"An epoch of {len(data.train):,} images · {data.name}", title_justify="left"
    )
    table.add_column("method")
    for column in ("seconds", "plain", "times plain"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(data, teacher, epochs=1, folder=Path(folder))
        plain, ratios = epoch_of(BASELINE, setting), {}
        for method in methods or [name for name in in_order() if name != BASELINE]:
            times = alternate({"plain": plain, "method": epoch_of(method, setting)}, repeats)
            mine, its = (statistics.median(times[way]) for way in ("method", "plain"))
            ratios[method] = mine / its
            table.add_row(method, f"{mine:.2f}", f"{its:.2f}", f"{ratios[method]:.2f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"medians of {repeats} · {hardware()}", highlight=False)
    if "soft_targets" in ratios:
        verdict = "within" if ratios["soft_targets"] <= ALLOWED else "ABOVE"
        console.print(f"soft_targets of a remembered teacher: {verdict} {ALLOWED} times plain\n")


if __name__ == "__main__":
    main()
