"""``python -m kdlab compare``: runs what is missing, then writes the table and the figure."""

from __future__ import annotations

import argparse
import platform
import sys
import time
from pathlib import Path

import torch
from tqdm import tqdm

from kdlab.command_line import add_data_set, expect_positive, open_data
from kdlab.compare.figure import plot_methods
from kdlab.compare.plan import Plan, keep_plan, make_plan
from kdlab.compare.recipes import RECIPES, in_order
from kdlab.compare.run import run
from kdlab.compare.setting import Setting
from kdlab.compare.store import store, stored
from kdlab.compare.summary import BASELINE, markdown, summarise
from kdlab.data import ImageData
from kdlab.teachers import load_teacher
from labkit.errors import ConfigurationError, UnknownNameError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``compare``."""
    parser.add_argument(
        "--methods",
        nargs="+",
        metavar="NAME",
        default=in_order(),
        help=f"default: all. {', '.join(in_order())}",
    )
    add_data_set(parser)
    parser.add_argument("--seeds", type=int, default=3, help="default: 3")
    parser.add_argument("--epochs", type=int, help="of each student (default: the profile's)")
    parser.add_argument(
        "--budget",
        type=float,
        metavar="MINUTES",
        help="train for fewer epochs, and with fewer seeds, so that it ends in time",
    )
    parser.add_argument("--output", type=Path, help="folder (default: below the data root)")


def compare(arguments: argparse.Namespace) -> Path:
    """Do what the options say; returns the folder with ``table.md`` and ``figure.png``."""
    started = time.perf_counter()
    methods = _methods(arguments.methods)
    expect_positive(arguments, "seeds", "epochs", "budget")
    settings, data = open_data(arguments)
    wanted = arguments.epochs or settings.profile.student_epochs
    folder = arguments.output or _folder(settings.data_root, data, wanted, arguments)
    plan = make_plan(methods, data, wanted, arguments.seeds, arguments.budget)
    plan = keep_plan(plan, folder, data.digest, arguments.budget)
    teacher = load_teacher(data, settings.data_root, settings.profile.teacher_epochs)
    setting = Setting(data, teacher, plan.epochs, folder)
    _announce(plan, data, folder)
    deadline = None if arguments.budget is None else started + 60 * arguments.budget
    _run_all(plan, setting, deadline)
    _write(plan, data, folder)
    return folder


def _methods(names: list[str]) -> list[str]:
    """The named methods in the table's order, with the baseline that they are compared with."""
    asked = {name for each in names for name in each.split(",") if name}
    for name in sorted(asked):
        if name not in RECIPES:
            raise UnknownNameError("method", name, in_order())
    return [name for name in in_order() if name in asked or name == BASELINE]


def _folder(root: Path, data: ImageData, epochs: int, arguments: argparse.Namespace) -> Path:
    """One folder for each data set and length: only such runs are comparable."""
    length = f"{epochs}epochs"
    if arguments.budget is not None and arguments.epochs is None:
        length = f"{arguments.budget:g}min-{arguments.seeds}seeds"
    return root / "compare" / f"{data.name.replace(':', '-')}-{data.digest[:12]}-{length}"


def _announce(plan: Plan, data: ImageData, folder: Path) -> None:
    minutes = sum(plan.seconds(method) for method, _ in plan.runs()) / 60
    print(
        f"{len(plan.methods)} methods on {data.name}, {plan.epochs} epochs, {plan.seeds} seeds: "
        f"about {max(1, minutes):.0f} min on {hardware()}.\n"
        f"Results go to {folder}; a comparison that was interrupted goes on there.",
        flush=True,
    )


def _run_all(plan: Plan, setting: Setting, deadline: float | None) -> None:
    """Run what is not stored yet; a run that would end too late is left out."""
    done = {(one.method, one.seed) for one in stored(setting.folder, plan.methods, range(10**3))}
    left = [each for each in plan.runs() if each not in done]
    if done:
        print(f"{len(plan.runs()) - len(left)} of {len(plan.runs())} runs were done before.")
    work = {each: plan.seconds(each[0]) for each in left}
    late = []
    look = {
        "bar_format": "{desc} |{bar}| {percentage:3.0f} %, {elapsed} done, {remaining} left",
        "smoothing": 0,  # some runs begin with preparations: the last seconds tell little
        "ncols": 88,
        "mininterval": 0.1 if sys.stdout.isatty() else 60,  # seconds; a log is read line by line
    }
    with tqdm(total=sum(work.values()), file=sys.stdout, **look) as bar:
        pace = 1.0  # real seconds for each planned one
        for method, seed in left:
            planned = work[method, seed]
            if deadline is not None and time.perf_counter() + pace * planned > deadline:
                late.append(f"{method} (seed {seed})")
                bar.total -= planned
                continue
            bar.set_description_str(f"{method}, seed {seed}".ljust(30))
            begun, before = time.perf_counter(), bar.n
            cost = planned / _trainings(method)

            def tick(share: float, cost: float = cost) -> None:
                bar.update(share * cost)

            store(run(method, setting, seed, tick), setting.folder)
            bar.update(before + planned - bar.n)
            took = time.perf_counter() - begun
            pace = max(0.7 * pace + 0.3 * took / planned, 0.1)
    if late:
        print(f"Left out, as they would end after the budget: {', '.join(late)}.")


def _trainings(method: str) -> int:
    """How many trainings of a whole length a run holds."""
    return 2 if method == "born_again" else 1


def _write(plan: Plan, data: ImageData, folder: Path) -> None:
    """Write and print the table, and draw the figure."""
    rows = summarise(stored(folder, plan.methods, range(plan.seeds)))
    if not rows:
        raise ConfigurationError("No run was done, so there is no table. Give a larger --budget.")
    about = (
        f"{data.name}, {plan.epochs} epochs, {hardware()}. ± is half the 95 % interval over seeds "
        "(none with a single seed); differences are paired by seed. Peak MB: tensors that one "
        "training step holds. Gradient ratio: what is taught over what the labels say."
    )
    table = markdown(rows, about)
    (folder / "table.md").write_text(table, encoding="utf-8")
    (folder / "figure.png").write_bytes(plot_methods(rows).to_png())
    print(f"\n{table}\nWritten: {folder / 'table.md'}, {folder / 'figure.png'}")


def hardware() -> str:
    """What it is measured on."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"a CPU ({platform.machine()}, {torch.get_num_threads()} threads)"
