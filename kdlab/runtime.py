"""The first cell of every notebook: ``lab = kdlab.setup("lab1_baseline")``."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import torch

from kdlab.data import ImageData, load_data
from kdlab.drive import open_drive
from kdlab.errors import DataError
from kdlab.lab import Lab
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.opened import claim
from kdlab.profiles import PROFILES, Settings, read_settings
from kdlab.selfcheck import self_checks
from kdlab.teachers.load import find_digest
from kdlab.timing import Timetable, seconds_of
from kdlab.version import __version__
from labkit.language import in_language, say, set_language

# How many students' trainings a notebook holds, in multiples of (student, sweep) epochs; of other
# notebooks it is not known.
TRAININGS = {
    "lab1_baseline": (1, 0),
    "lab2_soft_targets": (6, 0),
    "lab3_cosine": (2, 0),
    "lab4_regressor": (2, 0),
    "explore_response": (0, 8),
    "explore_features": (0, 4),
    "explore_relations": (0, 4),
    "explore_schemes": (0, 6),
}


def setup(
    name: str, language: str = "both", package: str = "kdlab", drive: bool = False
) -> Lab:
    """Get a notebook going: choose device, profile and data set, and print what was chosen.

    Parameters
    ----------
    name : str
        The notebook, such as ``"lab1_baseline"``.
    language : {"both", "ko", "en"}
        Language of what is printed.
    package : str, default "kdlab"
        Whose self-checks the notebook has: those in ``<package>/public/<name>.json``. A notebook
        that nobody has heard of has none, and works all the same.
    drive : bool, default False
        On Colab: keep results, teachers and trainings in Google Drive as well, and take from there
        what other days and notebooks left. Where that cannot be had, that is said.

    Returns
    -------
    Lab
        Data, device and profile of this notebook.

    Raises
    ------
    UnknownNameError
        If there is no such language, profile or data set.
    """
    set_language(language)
    self_checks.open(package, name)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    settings = read_settings(cuda=device.type == "cuda")
    data, settings = _load_or_fall_back(settings, device)
    if (n := settings.profile.held_out_images) is not None:
        data = replace(data, validation=data.validation.subset(n), test=data.test.subset(n))
    lab = Lab(name=name, device=device, data=data, settings=settings)
    if settings.profile.name != "grading":  # nobody opens a notebook twice there, or waits
        lab.keeps = claim(settings.data_root, name)
        lab.drive = open_drive(settings.data_root) if drive else None
        lab.timetable = timetable_of(lab)
    print("\n".join(_block(lab)))
    return lab


def _load_or_fall_back(settings: Settings, device: torch.device) -> tuple[ImageData, Settings]:
    """The data set that was asked for, or ``digits-m`` where CIFAR-10 cannot be had."""
    try:
        data = load_data(settings.dataset, settings.data_root, device, url=settings.data_url)
    except DataError as error:
        if settings.dataset != "cifar10":
            raise  # a folder that was named is a wish, not a default
        print(error)
        say(
            "CIFAR-10을 받을 수 없어 digits-m 데이터셋으로 계속합니다.",
            "CIFAR-10 cannot be had; going on with digits-m.",
        )
        grading = settings.profile.name == "grading"
        settings = Settings(
            profile=settings.profile if grading else PROFILES["fast"],
            dataset="digits-m",
            data_root=settings.data_root,
        )
        data = load_data("digits-m", settings.data_root, device)
    return data, settings


def _block(lab: Lab) -> list[str]:
    """The lines that tell a student what the notebook runs on."""
    data, profile = lab.data, lab.profile
    sizes = " / ".join(f"{len(split):,}" for split in (data.train, data.validation, data.test))
    return [
        f"Knowledge Distillation Lab · {lab.name}",
        f"  versions   Python {platform.python_version()}, torch {torch.__version__},"
        f" torchvision {version('torchvision')}, kdlab {__version__}",
        f"  device     {_device_name(lab.device)}",
        f"  data set   {data.name}: {sizes} images (train / validation / test),"
        f" {len(data.classes)} classes",
        f"  profile    {profile.name}: {profile.student_epochs} epochs for a student",
        f"  time       {lab.timetable if lab.timetable.images else 'not measured'}",
        in_language("준비가 끝났습니다.", "Setup complete", separator=" · "),
    ]


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        memory = torch.cuda.get_device_properties(device).total_memory / 2**30
        return f"GPU, {torch.cuda.get_device_name(device)}, {memory:.0f} GiB"
    return f"CPU, {torch.get_num_threads()} threads of {os.cpu_count()}"


def timetable_of(lab: Lab) -> Timetable:
    """What a notebook's teacher and all its trainings take on this device, from trial steps."""
    students, sweeps = TRAININGS.get(lab.name, (0, 0))
    epochs = students * lab.profile.student_epochs + sweeps * lab.profile.sweep_epochs
    images = len(lab.train_split)
    if not epochs:
        return Timetable(0, 0.0)
    with torch.random.fork_rng(devices=[lab.device] if lab.device.type == "cuda" else []):
        student, teacher = (
            network(len(lab.data.classes)).to(lab.device) for network in (StudentCNN, TeacherCNN)
        )
        inputs, labels = next(iter(lab.data.train.batches(128)))
        per_image = seconds_of(_trial(student, inputs, labels)) / len(labels)
        # The teacher is asked about each image once; where there is none, it is trained before.
        few, n = inputs[:8], len(inputs[:8])
        asked = seconds_of(_trial(teacher, few), fewest=3) / n
        besides = asked * (images + len(lab.data.validation) + len(lab.data.test))
        wanted = lab.profile.teacher_epochs
        if not find_digest(lab.data, lab.settings.data_root, wanted):
            taught = seconds_of(_trial(teacher, few, labels[:8]), fewest=3) / n
            besides += taught * wanted * len(lab.data.train)
    return Timetable(epochs * images, per_image, besides)


def _trial(
    network: torch.nn.Module, inputs: torch.Tensor, labels: torch.Tensor | None = None
) -> Callable[[], object]:
    """A step of Adam on these images; without labels the network is only asked."""
    optimizer = torch.optim.Adam(network.parameters())

    def step() -> None:
        if labels is None:
            with torch.no_grad():
                network(inputs)
        else:
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(network(inputs), labels).backward()
            optimizer.step()
        if inputs.is_cuda:
            torch.cuda.synchronize()

    return step
